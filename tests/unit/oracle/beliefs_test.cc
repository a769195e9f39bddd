#include "harness/oracle/beliefs.h"

#include <gtest/gtest.h>

#include "tests/unit/oracle/open.h"

namespace harness::oracle {
namespace {

TEST(Beliefs, EachSegmentAtTheEdgeLeavesItsConnectionInAState) {
  Open c;
  const auto data = c.to_target({.octets = 10});
  const auto ack = c.from_target({.ack = 10});
  const auto fin = c.to_target({.flags = wire::kFin | wire::kAck, .position = 10});
  const auto last = c.from_target({.ack = 11});
  c.end();
  const auto all = beliefs(c.trace);
  ASSERT_EQ(all.size(), c.trace.size());
  EXPECT_EQ(all[0], "");  // The Start.
  EXPECT_EQ(all[data], "ESTABLISHED");
  EXPECT_EQ(all[ack], "ESTABLISHED");
  EXPECT_EQ(all[fin], "CLOSE-WAIT");
  EXPECT_EQ(all[last], "CLOSE-WAIT");
  EXPECT_EQ(all.back(), "");
}

TEST(Beliefs, NothingIsBelievedFromAViolationOn) {
  Open c;
  const auto wrong = c.from_target({.ack = 500});
  const auto after = c.to_target({.octets = 10});
  const auto all = beliefs(c.trace);
  EXPECT_EQ(all[wrong], "");
  EXPECT_EQ(all[after], "");
}

TEST(Beliefs, OfAnEmptyTraceThereAreNone) { EXPECT_TRUE(beliefs(event::Trace{}).empty()); }

}  // namespace
}  // namespace harness::oracle
