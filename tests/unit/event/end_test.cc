#include "harness/event/end.h"

#include <gtest/gtest.h>

namespace harness::event {
namespace {

TEST(End, ItComesBackAsItWas) {
  for (std::size_t i = 0; i < kEndReasons; ++i) {
    for (const bool armed : {false, true}) {
      Trace trace;
      const End want{.reason = static_cast<EndReason>(i),
                     .timer_armed = armed,
                     .pending_calls = armed ? 4'294'967'295u : 0u};
      const auto index = append(trace, clock::kStart, want);
      EXPECT_EQ(trace[index].kind, Kind::End);
      EXPECT_EQ(end_of(trace, trace[index]), want);
    }
  }
}

TEST(End, EveryReasonIsFoundByItsName) {
  for (std::size_t i = 0; i < kEndReasons; ++i) {
    const auto reason = static_cast<EndReason>(i);
    EXPECT_EQ(end_reason_named(name(reason)), reason);
  }
  EXPECT_EQ(end_reason_named("tired"), std::nullopt);
}

}  // namespace
}  // namespace harness::event
