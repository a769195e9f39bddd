#include "harness/scenario/parse_time.h"

#include "tests/unit/scenario/scripts.h"

namespace harness::scenario {
namespace {

using namespace std::chrono_literals;

constexpr std::string_view kClose = " close(3) = 0\n";

When last_when(const std::string& times) {
  const auto scenario = parsed(times);
  return scenario.steps.empty() ? When{} : scenario.steps.back().when;
}

TEST(ParseTime, TimesAreAbsoluteOrRelative) {
  const auto absolute = last_when("0 close(3) = 0  1.25 close(3) = 0");
  EXPECT_EQ(absolute.kind, When::Kind::Absolute);
  EXPECT_EQ(absolute.from, 1250ms);
  EXPECT_EQ(absolute.to, 1250ms);
  EXPECT_FALSE(absolute.returns);
  const auto relative = last_when("0 close(3) = 0  +.25 close(3) = 0");
  EXPECT_EQ(relative.kind, When::Kind::Relative);
  EXPECT_EQ(relative.from, 250ms);
}

TEST(ParseTime, DigitsBelowAMicrosecondAreCut) {
  EXPECT_EQ(last_when("0 close(3) = 0  +.0000019 close(3) = 0").from, 1us);
}

TEST(ParseTime, WhatIsExpectedMayHaveARangeOrAnyTime) {
  const auto range = last_when("0 close(3) = 0 +.1~+.3 > . 1:1(0) ack 1");
  EXPECT_EQ(range.kind, When::Kind::Relative);
  EXPECT_EQ(range.from, 100ms);
  EXPECT_EQ(range.to, 300ms);
  const auto absolute = last_when("0 close(3) = 0 1~2 > . 1:1(0) ack 1");
  EXPECT_EQ(absolute.kind, When::Kind::Absolute);
  EXPECT_EQ(absolute.to, 2s);
  EXPECT_EQ(last_when("0 close(3) = 0 * > . 1:1(0) ack 1").kind, When::Kind::Any);
}

TEST(ParseTime, ABlockingCallSaysWhenItReturns) {
  for (std::string times : {"+0...0.2", "+0...+0.2", "+0....2"}) {
    const auto when = last_when("0 close(3) = 0 " + times + " accept(3, ..., ...) = 4");
    EXPECT_EQ(when.kind, When::Kind::Relative) << times;
    EXPECT_EQ(when.from, 0s) << times;
    EXPECT_EQ(when.returns, 200ms) << times;
  }
  const auto absolute = last_when("0 close(3) = 0 1...1.5 accept(3, ..., ...) = 4");
  EXPECT_EQ(absolute.kind, When::Kind::Absolute);
  EXPECT_EQ(absolute.from, 1s);
  EXPECT_EQ(absolute.returns, 1500ms);
}

TEST(ParseTime, AbsoluteTimesMayFollowRelativeOnes) {
  parsed("0 close(3) = 0  +1 close(3) = 0  .5 close(3) = 0");
}

TEST(ParseTime, WrongTimesAreToldAtTheirPlace) {
  const std::string start = "0 close(3) = 0\n";
  expect_error("@1 close(3) = 0", "the first step is at time 0");
  expect_error("@+.1 close(3) = 0", "the first step is at time 0");
  expect_error("@* > . 1:1(0)", "the first step is at time 0");
  expect_error("@0~1 > . 1:1(0)", "the first step is at time 0");
  expect_error(start + "1 close(3) = 0\n@.5 close(3) = 0", "is before the step above");
  expect_error(start + "@-1 close(3) = 0", "a time cannot be negative");
  expect_error(start + "+@-.5 close(3) = 0", "a time cannot be negative");
  expect_error(start + "+@x close(3) = 0", "expected a number of seconds, found `x`");
  expect_error(start + "+@0x10 close(3) = 0", "expected a number of seconds");
  expect_error(start + "+@99999999999 close(3) = 0", "a time is at most");
  expect_error(start + "+@" + std::string(100'000, '9') + " close(3) = 0", "a time is at most");
  expect_error(start + "@* close(3) = 0", "only what is expected");
  expect_error(start + "@+1~+2 close(3) = 0", "only what is expected");
  expect_error(start + "@+1~+2 < . 1:1(0) win 1", "only what is expected");
  expect_error(start + "@+1...2 < . 1:1(0) win 1", "only a call");
  expect_error(start + "@+1...2 > . 1:1(0)", "only a call");
  expect_error(start + "@+1...2 state ESTABLISHED", "only a call");
  expect_error(start + "+1@~2 > . 1:1(0)", "both ends of a range count alike");
  expect_error(start + "1@~+2 > . 1:1(0)", "both ends of a range count alike");
  expect_error(start + "+2@~+1 > . 1:1(0)", "the later end of a range comes second");
  expect_error(start + "+2@...1 close(3) = 0", "a call cannot return before it is made");
  expect_error(start + "1...@+2 close(3) = 0", "the second is absolute too");
  expect_error(start + "1@. close(3) = 0", "expected a packet, a call");
}

TEST(ParseTime, TheTimesOfAScenarioAddUpToABound) {
  const std::string step = "+9000000" + std::string(kClose);
  expect_error("0" + std::string(kClose) + step + "@" + step, "too long in all");
  expect_error("0 silence 9000000\n@+0 silence 9000000", "too long in all");
}

}  // namespace
}  // namespace harness::scenario
