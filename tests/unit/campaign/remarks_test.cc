#include "harness/campaign/remarks.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "tests/unit/campaign/played.h"

namespace harness::campaign {
namespace {

using testing::ElementsAre;
using testing::HasSubstr;
using testing::IsEmpty;

std::vector<std::string> said(const std::string& head, const std::string& behind = {}) {
  Played played;
  play(played, head + std::string(kOpen) + behind);
  EXPECT_EQ(played.outcome.verdict, oracle::Verdict::Pass) << played.findings();
  return played.outcome.warnings;
}

TEST(Remarks, AFaultThatWasSureToStrikeAndDidNot) {
  EXPECT_THAT(said("faults: drop FIN to-target\n"), ElementsAre(HasSubstr("never struck")));
  EXPECT_THAT(said("faults: delay 5ms FIN\n"), ElementsAre(HasSubstr("never struck")));
  EXPECT_THAT(said("faults: loss 1% FIN to-target\n"), IsEmpty());
  EXPECT_THAT(said("faults: loss gemodel 1% FIN to-target\n"), IsEmpty());
  EXPECT_THAT(said("faults: drop every 99\n"), ElementsAre(HasSubstr("never struck")));
  EXPECT_THAT(said("faults: mtu 1500 icmp\n"), ElementsAre(HasSubstr("never struck")));
  EXPECT_THAT(said("faults: drop RST nth 1\n"), ElementsAre(HasSubstr("never struck")));
}

TEST(Remarks, ARequirementThatIsNamedAndNotPutToTheTest) {
  EXPECT_THAT(
      said("rules: 9293-3.6-flush-before-fin\n"),
      ElementsAre("`rules:` names 9293-3.6-flush-before-fin, and the model never saw it at stake"));
  EXPECT_THAT(said("rules: 9293-3.6-flush-before-fin\n", R"(
+.1 close(4) = 0
+0 > F. 1:1(0) ack 1
+.01 < F. 1:1(0) ack 2 win 65535
+0 > . 2:2(0) ack 2
+0 state TIME-WAIT
)"),
              IsEmpty());
}

// Whether it was nobody can say.
TEST(Remarks, ARequirementThatTheModelDoesNotEnforceIsNotSpokenOf) {
  EXPECT_THAT(said("rules: SHLD-13\n"), IsEmpty());
}

TEST(Remarks, ASegmentWithoutALineIsSpokenOfWhereOthersHaveOne) {
  EXPECT_THAT(said("", "+.1 < P. 1:11(10) ack 1 win 65535\n+.6 state ESTABLISHED\n"),
              ElementsAre(HasSubstr("no line accounts for `. 1:1(0) ack 11")));
  Played played;
  play(played, R"(
0 socket(..., SOCK_STREAM, IPPROTO_TCP) = 3
+0 bind(3, ..., ...) = 0
+0 listen(3, 8) = 0
+0 < S 0:0(0) win 65535 <mss 1460>
+.1 < R 1:1(0) win 0
)");
  EXPECT_THAT(played.outcome.warnings, IsEmpty());
}

}  // namespace
}  // namespace harness::campaign
