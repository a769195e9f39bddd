#include <signal.h>
#include <unistd.h>

#include "harness/target/netns/child.h"
#include "harness/target/netns/measure.h"
#include "tests/integration/netns_rig.h"

namespace harness::target::netns {
namespace {

class NetnsMeasure : public NetnsTest {};
INSTANTIATE_TEST_SUITE_P(Wires, NetnsMeasure, kBothWires, wire_name);

TEST_P(NetnsMeasure, TheReactionIsThereAtOnce) {
  const auto cut = measure_cut(GetParam(), 200);
  ASSERT_TRUE(cut);
  EXPECT_EQ(cut->probes, 200);
  EXPECT_EQ(cut->at_once, 200);
  EXPECT_EQ(cut->later, 0);
  EXPECT_GT(cut->median, 0ns);
  EXPECT_LT(cut->median, 10ms);
}

TEST_P(NetnsMeasure, LatenessIsInOrderAndNeverNegative) {
  const auto measured = measure_punctuality(GetParam(), 50);
  ASSERT_TRUE(measured);
  const auto& late = measured->lateness;
  EXPECT_EQ(late.waits, 50);
  EXPECT_GE(late.p50, 0ns);
  EXPECT_LE(late.p50, late.p99);
  EXPECT_LE(late.p99, late.p999);
  EXPECT_LE(late.p999, late.worst);
  EXPECT_GE(measured->span, 50ms);
  EXPECT_TRUE(measured->states);
}

TEST_P(NetnsMeasure, AsManyRunsAtOnceAsKeepTheirTimes) {
  EXPECT_EQ(measure_jobs(GetParam(), 4, 1h), 4u);
  EXPECT_EQ(measure_jobs(GetParam(), 4, -1ns), 1u);  // No wait ends before its time.
}

TEST(NetnsChild, AnswersWithAllOfItsText) {
  const std::string much(300'000, 'x');
  EXPECT_EQ(in_child([&] { return much; }), much);
  EXPECT_EQ(in_child([] { return std::string{}; }), "");
}

TEST(NetnsChild, ThatDiesOrThrowsAnswersNothing) {
  EXPECT_EQ(in_child([]() -> std::string { throw std::runtime_error{"no"}; }), std::nullopt);
  EXPECT_EQ(in_child([]() -> std::string {
              ::raise(SIGKILL);
              return "never";
            }),
            std::nullopt);
}

}  // namespace
}  // namespace harness::target::netns
