#include "harness/engine/ring.h"

#include <gtest/gtest.h>

#include "tests/unit/engine/rig.h"

namespace harness::engine {
namespace {

using test::stream;

base::Bytes read(Ring& ring, std::uint32_t octets) {
  std::vector<std::byte> scratch;
  const auto front = ring.front(octets, scratch);
  base::Bytes bytes{front.begin(), front.end()};
  ring.drop(octets);
  return bytes;
}

TEST(EngineRing, GivesBackInOrderAcrossItsEnd) {
  BufferPool pool;
  Ring ring;
  ring.reserve(pool, 1024);
  std::uint64_t in = 0, out = 0;
  for (int i = 0; i < 100; ++i) {
    ring.append(stream(in, 700));
    in += 700;
    ASSERT_EQ(read(ring, 700), stream(out, 700));
    out += 700;
  }
}

TEST(EngineRing, TakesOctetsBeyondItsEndBeforeThoseBetween) {
  BufferPool pool;
  Ring ring;
  ring.reserve(pool, 1024);
  ring.append(stream(0, 1000));
  read(ring, 990);
  ring.put(20, stream(1010, 30));
  ring.append(stream(1000, 10));
  EXPECT_EQ(ring.size(), 20u);
  ring.extend(30);
  EXPECT_EQ(read(ring, 50), stream(990, 50));
}

TEST(EngineRing, GrowingKeepsAllThatIsThere) {
  BufferPool pool;
  Ring ring;
  ring.reserve(pool, 1024);
  ring.append(stream(0, 1000));
  read(ring, 900);
  ring.put(200, stream(1100, 100));
  ring.reserve(pool, 5000);
  ring.append(stream(1000, 100));
  ring.extend(100);
  EXPECT_EQ(read(ring, 300), stream(900, 300));
}

TEST(EngineRing, WhatWasReleasedIsTakenAgain) {
  BufferPool pool;
  std::byte* const first = pool.take(12);
  pool.give(first, 12);
  EXPECT_EQ(pool.take(12), first);
  EXPECT_NE(pool.take(12), first);
}

}  // namespace
}  // namespace harness::engine
