// The faults of a run and of its script, on one link.

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <string>
#include <vector>

#include "tests/unit/campaign/played.h"

namespace harness::campaign {
namespace {

using oracle::Verdict;
using testing::HasSubstr;

TEST(RunFaults, FaultsOfTheRunComeBehindThoseOfTheScript) {
  Played played;
  const auto more = link::parse_faults("drop RST; drop FIN").value();
  play(played, "faults: drop FIN\n" + std::string(kOpen), {.faults = more});
  ASSERT_EQ(played.outcome.faults.size(), 3u);
  EXPECT_EQ(played.outcome.faults[0].fault, "drop FIN");
  EXPECT_EQ(played.outcome.faults[1].fault, "drop RST");
  EXPECT_EQ(played.outcome.faults[2].fault, "drop FIN dice 2");
}

TEST(RunFaults, ALinkHasNoRoomForMoreFaultsThanItTakes) {
  Played played;
  play(played, "faults: drop FIN\n" + std::string(kOpen),
       {.faults = std::vector(link::kFaultsMax, link::Fault{.action = link::Drop{}})});
  EXPECT_EQ(played.outcome.verdict, Verdict::HarnessError);
  EXPECT_THAT(played.outcome.reason, HasSubstr("64 faults"));
}

// The target is asked for the state of the connection, each time before something is sent.
TEST(RunFaults, AFaultGoesByTheStateOfTheTarget) {
  Played played;
  play(played,
       "faults: delay 1ms to-target until ESTABLISHED; delay 2ms to-target while ESTABLISHED; "
       "delay 3ms to-target while CLOSE-WAIT\n" +
           std::string(kOpen) +
           std::string("+.1 < P. 1:6(5) ack 1 win 65535\n+.3 < F. 6:6(0) ack 1 win 65535\n"
                       "+.1 < . 7:7(0) ack 1 win 65535\n"));
  EXPECT_NE(played.outcome.verdict, Verdict::HarnessError) << played.outcome.reason;
  ASSERT_EQ(played.outcome.faults.size(), 3u);
  EXPECT_EQ(played.outcome.faults[0].struck, 2u);  // SYN and the third segment.
  EXPECT_EQ(played.outcome.faults[1].struck, 2u);  // Data and FIN.
  EXPECT_EQ(played.outcome.faults[2].struck, 1u);
}

}  // namespace
}  // namespace harness::campaign
