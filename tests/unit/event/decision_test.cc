#include "harness/event/decision.h"

#include <gtest/gtest.h>

namespace harness::event {
namespace {

using namespace std::chrono_literals;

TEST(Decision, ItComesBackAsItWasAndNamesItsDatagram) {
  Trace trace;
  const auto first = trace.append_new_packet(Kind::PeerPacket, clock::kStart, Direction::FromTarget,
                                             {}, kNoRecord);
  const Decision want{.fault = 63,
                      .action = Action::Corrupt,
                      .delay = clock::Duration::max(),
                      .behind = 4'294'967'295u,
                      .other = 4'294'967'294u};
  const auto index = append(trace, clock::kStart + 1s, trace.packet(trace[first]), want);
  EXPECT_EQ(decision(trace, trace[index]), want);
  EXPECT_EQ(trace[index].id, first);
  EXPECT_EQ(trace[index].cause, first);
  EXPECT_EQ(trace[index].direction, Direction::FromTarget);
  EXPECT_EQ(trace[index].at, clock::kStart + 1s);
}

TEST(Decision, EveryActionIsFoundByItsName) {
  for (std::size_t i = 0; i < kActions; ++i) {
    const auto action = static_cast<Action>(i);
    EXPECT_EQ(action_named(name(action)), action);
  }
  EXPECT_EQ(action_named("dropped"), std::nullopt);
}

}  // namespace
}  // namespace harness::event
