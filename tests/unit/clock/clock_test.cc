#include "harness/clock/clock.h"

#include <gtest/gtest.h>

namespace harness::clock {
namespace {

TEST(Clock, VirtualTimeBeginsAtTheStartAndJumps) {
  VirtualClock clock;
  EXPECT_EQ(clock.now(), kStart);
  clock.wait_until(kStart + 240s);
  EXPECT_EQ(clock.now(), kStart + 240s);
}

TEST(Clock, VirtualTimeNeverGoesBack) {
  VirtualClock clock;
  clock.wait_until(kStart + 2s);
  clock.wait_until(kStart + 1s);
  EXPECT_EQ(clock.now(), kStart + 2s);
}

TEST(Clock, SteadyTimeWaitsAtLeastAsLongAsAsked) {
  SteadyClock clock;
  const Instant before = clock.now();
  EXPECT_GE(before, kStart);
  clock.wait_until(before + 3ms);
  EXPECT_GE(clock.now(), before + 3ms);
}

TEST(Clock, SteadyTimeDoesNotWaitForThePast) {
  SteadyClock clock;
  clock.wait_until(kStart - 100s);
  clock.wait_until(kStart);
  EXPECT_LT(clock.now(), kStart + 10s);
}

TEST(Clock, TwoSteadyClocksCountFromTheirOwnBeginnings) {
  SteadyClock first;
  first.wait_until(kStart + 2ms);
  EXPECT_LT(SteadyClock{}.now(), first.now());
}

}  // namespace
}  // namespace harness::clock
