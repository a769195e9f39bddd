#include "harness/event/trace.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <string>
#include <vector>

#include "harness/base/rng.h"
#include "tests/unit/wire/allocations.h"

namespace harness::event {
namespace {

constexpr std::size_t kMiB = std::size_t{1} << 20;

base::Bytes octets(std::size_t size, int seed) {
  base::Bytes bytes(size);
  for (std::size_t i = 0; i < size; ++i) {
    bytes[i] = static_cast<std::byte>((i * 31 + static_cast<std::size_t>(seed)) % 251);
  }
  return bytes;
}

TEST(Store, BodiesNeverMoveAndKeepTheirOctets) {
  base::Rng rng{1};
  Trace trace;
  std::vector<std::pair<Body, const std::byte*>> kept;
  std::vector<std::size_t> sizes{
      0, 1, 7, 8, 9, kMiB - 9, kMiB - 8, kMiB - 7, kMiB, kMiB + 1, 5 * kMiB + 3, 0, 1};
  for (int i = 0; i < 300; ++i) sizes.push_back(rng.below(20'000));
  for (std::size_t i = 0; i < sizes.size(); ++i) {
    const Body body = trace.keep(octets(sizes[i], static_cast<int>(i)));
    kept.emplace_back(body, trace.body(body).data());
  }
  for (std::size_t i = 0; i < sizes.size(); ++i) {
    const auto [body, at] = kept[i];
    EXPECT_EQ(body.length, sizes[i]);
    EXPECT_EQ(trace.body(body).data(), at);
    EXPECT_TRUE(std::ranges::equal(trace.body(body), octets(sizes[i], static_cast<int>(i)))) << i;
  }
}

TEST(Store, BodiesLieAlignedWithAGapBetweenThem) {
  Store store;
  for (std::size_t size = 0; size < 40; ++size) {
    const auto one = store.reserve(size), next = store.reserve(1);
    EXPECT_EQ(one.body.offset % 8, 0u);
    EXPECT_GE(next.body.offset, one.body.offset + size + 8);
    EXPECT_EQ(reinterpret_cast<std::uintptr_t>(next.bytes.data()) % 8, 0u);
  }
}

TEST(Store, NoBodyLiesAcrossTwoChunks) {
  Store store;
  const auto almost = store.reserve(kMiB - 64);
  const auto large = store.reserve(100);
  EXPECT_EQ(almost.body.offset, 0u);
  EXPECT_EQ(large.body.offset, kMiB);
  const auto larger = store.reserve(3 * kMiB);
  std::ranges::fill(larger.bytes, std::byte{1});
  EXPECT_EQ(larger.body.offset % kMiB, 0u);
  EXPECT_EQ(store.at(larger.body).size(), 3 * kMiB);
}

TEST(Store, TheLastBodyMayBeShortened) {
  Store store;
  auto room = store.reserve(100);
  room.bytes[9] = std::byte{42};
  store.trim(room.body, 10);
  EXPECT_EQ(room.body.length, 10u);
  EXPECT_EQ(store.at(room.body)[9], std::byte{42});
  EXPECT_EQ(store.reserve(1).body.offset, 24u);  // Behind 10 octets, aligned, and a gap.
  auto all = store.reserve(50);
  const auto used = store.used();
  store.trim(all.body, 50);
  EXPECT_EQ(store.used(), used);
  store.trim(all.body, 0);
  EXPECT_EQ(store.used(), used - 56);
}

TEST(StoreDeathTest, OnlyTheLastBodyMayBeShortened) {
  Store store;
  auto first = store.reserve(10);
  auto last = store.reserve(10);
  EXPECT_DEATH(store.trim(first.body, 5), "does not hold");
  EXPECT_DEATH(store.trim(last.body, 11), "does not hold");
}

TEST(StoreDeathTest, ABodyHasALimit) {
  Store store;
  EXPECT_DEATH(store.reserve(Store::kMostOctets + 1), "does not hold");
}

#if defined(__has_feature)
#if __has_feature(address_sanitizer)
TEST(StoreDeathTest, TheGapsAreGuarded) {
  Store store;
  const auto room = store.reserve(9);
  const auto* const at = room.bytes.data();
  EXPECT_DEATH(static_cast<void>(*static_cast<const volatile std::byte*>(at + 9)),
               "use-after-poison");
  store.clear();
  EXPECT_DEATH(static_cast<void>(*static_cast<const volatile std::byte*>(at)), "use-after-poison");
}
#endif
#endif

TEST(Trace, ClearedItIsEmptyAndServesAgainWithoutAllocating) {
  Trace trace;
  const auto fill = [&trace] {
    for (int i = 0; i < 300; ++i) {
      const auto room = trace.reserve(8000);  // Some chunks full.
      trace.append({.body = room.body, .kind = Kind::Packet});
    }
  };
  fill();
  trace.clear();
  EXPECT_EQ(trace.size(), 0u);
  EXPECT_EQ(trace.octets(), 0u);
  const auto before = wire::allocations();
  fill();
  trace.clear();
  fill();
  EXPECT_EQ(wire::allocations(), before);
  EXPECT_EQ(trace.size(), 300u);
}

TEST(Trace, AfterALargeBodyItStartsSmallAgain) {
  Trace trace;
  trace.keep(octets(3 * kMiB, 1));
  trace.clear();
  const auto body = trace.keep(octets(100, 2));
  EXPECT_EQ(body.offset, 0u);
  EXPECT_TRUE(std::ranges::equal(trace.body(body), octets(100, 2)));
}

TEST(Trace, OctetsGrowWithWhatIsKept) {
  Trace trace;
  EXPECT_EQ(trace.octets(), 0u);
  trace.keep(octets(1, 1));
  EXPECT_EQ(trace.octets(), 16u);
  trace.keep(octets(8, 1));
  EXPECT_EQ(trace.octets(), 32u);
}

TEST(Trace, AnEmptyBodyNeedsNoStore) {
  Trace trace;
  trace.append({.kind = Kind::Note});
  EXPECT_EQ(trace.text(trace[0]), "");
}

TEST(Trace, ACallComesBackAsItWas) {
  Trace trace;
  const auto data = octets(33, 5);
  const Call call{.id = 7,
                  .fd = -1,
                  .op = Op::World,
                  .args = {-1, std::int64_t{1} << 62, 3},
                  .data = data,
                  .text = "net.ipv4.tcp_sack=0"};
  const auto index = trace.append(
      {.at = clock::kStart + clock::Duration{5}, .within = 6, .cause = 3, .kind = Kind::Note},
      call);
  const Record& record = trace[index];
  EXPECT_EQ(record.kind, Kind::Call);
  EXPECT_EQ(record.direction, Direction::ToTarget);
  EXPECT_EQ(record.id, 7u);
  EXPECT_EQ(record.within, 6u);
  EXPECT_EQ(record.cause, 3u);
  EXPECT_EQ(record.at, clock::kStart + clock::Duration{5});
  const Call got = trace.call(record);
  EXPECT_EQ(got.id, call.id);
  EXPECT_EQ(got.fd, call.fd);
  EXPECT_EQ(got.op, call.op);
  EXPECT_EQ(got.args, call.args);
  EXPECT_TRUE(std::ranges::equal(got.data, data));
  EXPECT_NE(got.data.data(), data.data());
  EXPECT_EQ(got.text, call.text);
}

TEST(Trace, AReplyComesBackAsItWas) {
  Trace trace;
  const auto data = octets(1, 5);
  const Reply reply{
      .id = 7, .result = -1, .error = 111, .flags = 0xFFFF'FFFF, .data = data, .text = "x"};
  const auto index = trace.append({.at = clock::kStart}, reply);
  EXPECT_EQ(trace[index].kind, Kind::Reply);
  EXPECT_EQ(trace[index].direction, Direction::FromTarget);
  const Reply got = trace.reply(trace[index]);
  EXPECT_EQ(got.id, reply.id);
  EXPECT_EQ(got.result, reply.result);
  EXPECT_EQ(got.error, reply.error);
  EXPECT_EQ(got.flags, reply.flags);
  EXPECT_TRUE(std::ranges::equal(got.data, data));
  EXPECT_EQ(got.text, "x");
  const auto empty = trace.append({.at = clock::kStart}, Reply{.id = 8});
  EXPECT_TRUE(trace.reply(trace[empty]).data.empty());
  EXPECT_TRUE(trace.reply(trace[empty]).text.empty());
}

TEST(Trace, ADatagramIsNamedByItsFirstRecord) {
  Trace trace;
  trace.note(clock::kStart, "first");
  const auto index = trace.append_new_packet(Kind::PeerPacket, clock::kStart, Direction::ToTarget,
                                             trace.keep(octets(40, 1)), kNoRecord, 9);
  EXPECT_EQ(index, 1u);
  Packet packet = trace.packet(trace[index]);
  EXPECT_EQ(packet.id, 1u);
  EXPECT_EQ(packet.direction, Direction::ToTarget);
  packet.gso_size = 1448;
  const auto again = trace.append_packet(Kind::Packet, clock::kStart, packet, index);
  EXPECT_EQ(trace[again].id, 1u);
  EXPECT_EQ(trace[again].gso_size, 1448);
  EXPECT_EQ(trace[again].cause, index);
  EXPECT_EQ(trace[again].body, trace[index].body);
}

TEST(TraceDeathTest, ARecordIsOnlyReadAsWhatItIs) {
  Trace trace;
  const auto note = trace.note(clock::kStart, "text");
  EXPECT_DEATH(trace.call(trace[note]), "does not hold");
  EXPECT_DEATH(trace.reply(trace[note]), "does not hold");
  EXPECT_DEATH(trace.packet(trace[note]), "does not hold");
}

TEST(Record, TheTimeBetweenTwoLooksIsBounded) {
  using namespace std::chrono_literals;
  EXPECT_EQ(within(clock::kStart, clock::kStart + 17ns), 17u);
  EXPECT_EQ(within(clock::kStart + 1s, clock::kStart), 0u);
  EXPECT_EQ(within(clock::kStart, clock::kStart + 10s), 4'294'967'295u);
}

}  // namespace
}  // namespace harness::event
