#include "harness/target/tun/path.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <algorithm>

namespace harness::target::tun {
namespace {

using clock::Instant;
using clock::kStart;
using event::Direction;
using namespace std::chrono_literals;
using testing::ElementsAre;
using testing::IsEmpty;

class PathTest : public testing::Test {
 protected:
  static Path path(std::string_view faults) {
    return Path{link::parse_faults(faults).value(), base::Rng{1}};
  }
  static void send(Path& path, Instant now, int number, std::size_t octets = 40) {
    const auto room = path.log().reserve(octets);
    std::ranges::fill(room.bytes, std::byte(number));
    path.take(now, Direction::ToTarget, room.body);
  }
  static std::vector<int> arrivals(Path& path, Instant now) {
    std::vector<int> numbers;
    path.release(now, [&](Direction direction, event::Span octets) {
      EXPECT_EQ(direction, Direction::ToTarget);
      EXPECT_EQ(std::ranges::count(octets, octets[0]), std::ssize(octets));
      numbers.push_back(std::to_integer<int>(octets[0]));
    });
    return numbers;
  }
};

TEST_F(PathTest, DatagramsArriveWhenTheFaultsLetThem) {
  auto slow = path("delay 20ms");
  send(slow, kStart, 1);
  send(slow, kStart + 5ms, 2);
  EXPECT_EQ(slow.next_deadline(), kStart + 20ms);
  EXPECT_THAT(arrivals(slow, kStart + 19ms), IsEmpty());
  EXPECT_THAT(arrivals(slow, kStart + 25ms), ElementsAre(1, 2));
  EXPECT_FALSE(slow.next_deadline());
}

TEST_F(PathTest, WhatHasArrivedIsForgotten) {
  auto slow = path("delay 1ms");
  Instant now = kStart;
  for (int i = 0; i < 5'000; ++i, now += 1ms) {
    send(slow, now, i & 127, 1500);
    EXPECT_EQ(arrivals(slow, now + 1ms).size(), 1u);
    slow.tidy_up();
  }
  EXPECT_LT(slow.octets(), 1u << 20);
}

TEST_F(PathTest, OnALinkThatNeverRestsOldOctetsGoAndNoneIsLost) {
  auto busy = path("delay 10ms");
  Instant now = kStart;
  std::size_t arrived = 0, most = 0;
  constexpr int kSent = 60'000;
  for (int i = 0; i < kSent; ++i, now += 10us) {
    send(busy, now, i & 127, 1500);
    arrived += arrivals(busy, now).size();
    busy.tidy_up();
    most = std::max(most, busy.octets());
  }
  arrived += arrivals(busy, now + 10ms).size();
  EXPECT_EQ(arrived, static_cast<std::size_t>(kSent));
  EXPECT_LT(most, std::size_t{80} << 20) << "of 90 MB that went by";
  busy.tidy_up();
  EXPECT_LT(busy.octets(), std::size_t{1} << 20);
}

TEST_F(PathTest, CorruptsAndDuplicatesWhatItIsToldTo) {
  auto odd = path("duplicate 100%; drop nth 2");
  for (int i = 1; i <= 3; ++i) send(odd, kStart, i);
  EXPECT_THAT(arrivals(odd, kStart), ElementsAre(1, 1, 3, 3));
}

}  // namespace
}  // namespace harness::target::tun
