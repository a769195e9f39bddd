#include "harness/scenario/step_clock.h"

#include <gtest/gtest.h>

namespace harness::scenario {
namespace {

using namespace std::chrono_literals;
using clock::Instant;
constexpr Instant kStart{100ms};  // Making the target took a while.

When relative(clock::Duration from, clock::Duration to) {
  return {.kind = When::Kind::Relative, .from = from, .to = to, .returns = {}};
}
When relative(clock::Duration at) { return relative(at, at); }

class StepClockTest : public testing::Test {
 protected:
  StepClockTest() { times_.start(kStart); }
  Options options_;
  StepClock times_{options_};
};

TEST_F(StepClockTest, AbsoluteTimesCountFromTheStart) {
  times_.schedule({.kind = When::Kind::Absolute, .from = 2s, .to = 2s, .returns = {}}, false);
  EXPECT_EQ(times_.earliest(), kStart + 2s);
}

TEST_F(StepClockTest, RelativeTimesCountFromTheEndOfTheStepBefore) {
  times_.schedule(relative(1s), false);
  times_.finish(kStart + 3s);
  times_.schedule(relative(1s, 2s), false);
  EXPECT_EQ(times_.earliest(), kStart + 4s);
  EXPECT_EQ(times_.latest(), kStart + 5s);
}

TEST_F(StepClockTest, AStepThatEndsInThePastDoesNotTurnTimeBack) {
  times_.schedule(relative(0s), false);
  times_.finish(kStart + 3s);
  times_.schedule(relative(0s), false);
  times_.finish(kStart + 1s);
  times_.schedule(relative(1s), false);
  EXPECT_EQ(times_.earliest(), kStart + 4s);
}

TEST_F(StepClockTest, ABurstOfPacketsDoesNotDrift) {
  times_.schedule(relative(1s), true);
  times_.finish(kStart + 1s + 3ms);  // We were three milliseconds late.
  times_.schedule(relative(1s), true);
  EXPECT_EQ(times_.earliest(), kStart + 2s);
  times_.finish(kStart + 2s + 3ms);
  times_.schedule(relative(1s), false);  // No packet: from the real end.
  EXPECT_EQ(times_.earliest(), kStart + 3s + 3ms);
}

TEST_F(StepClockTest, TheToleranceIsAnEighthOfTheGapOrFourMilliseconds) {
  times_.schedule(relative(8s), false);
  EXPECT_EQ(times_.tolerance(), 1s);
  times_.finish(kStart + 8s);
  times_.schedule(relative(1ms), false);
  EXPECT_EQ(times_.tolerance(), 4ms);
  times_.finish(kStart + 8s);
  times_.schedule({.kind = When::Kind::Absolute, .from = 16s, .to = 16s, .returns = {}}, false);
  EXPECT_EQ(times_.tolerance(),
            clock::Duration{7999ms} / 8);  // The script's own time went on to 8.001 s.
}

TEST_F(StepClockTest, TheFarEndOfARangeDoesNotWidenItsNearEnd) {
  times_.schedule(relative(150ms, 1300ms), false);
  EXPECT_EQ(times_.tolerance(), clock::Duration{150ms} / 8);
}

TEST_F(StepClockTest, AnyTimeHasNoEnd) {
  times_.schedule({.kind = When::Kind::Any, .from = {}, .to = {}, .returns = {}}, false);
  EXPECT_EQ(times_.latest(), clock::kNever);
}

}  // namespace
}  // namespace harness::scenario
