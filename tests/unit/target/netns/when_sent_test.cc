#include "harness/target/netns/when_sent.h"

#include <gtest/gtest.h>

namespace harness::target::netns {
namespace {

using namespace std::chrono_literals;
using clock::Instant;

constexpr Instant kLooked = clock::kStart + 1s, kNow = clock::kStart + 2s;

TEST(WhenSent, AStampIsExactButForTheErrorOfTheClocks) {
  for (const auto stamp : {kLooked - 9ms, kLooked, kNow}) {
    const auto sent = when_sent(stamp, 10us, kLooked, kNow);
    EXPECT_EQ(sent.at, stamp - 10us);
    EXPECT_EQ(sent.end, stamp + 10us);
    EXPECT_EQ(sent.queued, 0ns);
  }
}

TEST(WhenSent, WhatWasQueuedLongAfterItsStampWasSentNotBeforeIt) {
  const auto sent = when_sent(kLooked - 50ms, 0us, kLooked, kNow);
  EXPECT_EQ(sent.at, kLooked - 50ms);
  EXPECT_EQ(sent.end, kNow);
  EXPECT_EQ(sent.queued, 50ms);
}

TEST(WhenSent, AStampFromTheFutureSaysNothing) {
  const auto sent = when_sent(kNow + 1ms, 10us, kLooked, kNow);
  EXPECT_EQ(sent.at, kLooked);
  EXPECT_EQ(sent.end, kNow);
}

}  // namespace
}  // namespace harness::target::netns
