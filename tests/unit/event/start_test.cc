#include "harness/event/start.h"

#include <gtest/gtest.h>

namespace harness::event {
namespace {

TEST(Start, FactsComeBackInTheirOrder) {
  Start start;
  start.set("target", "engine");
  start.set("can", "virtual-time");
  start.set("can", "status");
  start.set("odd", "a = b; \"c\"");
  start.set("empty", "");
  Trace trace;
  append(trace, clock::kStart, start);
  const Start got = start_of(trace);
  EXPECT_EQ(got.facts(), start.facts());
  EXPECT_EQ(got.get("target"), "engine");
  EXPECT_EQ(got.get("can"), "virtual-time");  // The first.
  EXPECT_EQ(got.get("odd"), "a = b; \"c\"");
  EXPECT_EQ(got.get("empty"), "");
  EXPECT_EQ(got.get("seed"), "");
}

TEST(Start, ATraceWithoutOneHasNoFacts) {
  Trace trace;
  EXPECT_TRUE(start_of(trace).facts().empty());
  trace.note(clock::kStart, "target=engine\n");
  EXPECT_TRUE(start_of(trace).facts().empty());
}

TEST(StartDeathTest, ALineEndInAFactIsOurError) {
  Start start;
  EXPECT_DEATH(start.set("a=b", "c"), "does not hold");
  EXPECT_DEATH(start.set("a", "b\nc"), "does not hold");
}

}  // namespace
}  // namespace harness::event
