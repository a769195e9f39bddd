#include "harness/oracle/finding.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <vector>

namespace harness::oracle {
namespace {

constexpr Verdict kOrder[] = {Verdict::Pass,  Verdict::NonStrict, Verdict::Inconclusive,
                              Verdict::Known, Verdict::Fail,      Verdict::HarnessError};

TEST(Finding, TheWorseOfTwoVerdictsCounts) {
  for (std::size_t a = 0; a < std::size(kOrder); ++a) {
    for (std::size_t b = 0; b < std::size(kOrder); ++b) {
      EXPECT_EQ(worse(kOrder[a], kOrder[b]), kOrder[std::max(a, b)]);
    }
  }
}

TEST(Finding, WhereNothingWasFoundARunPasses) { EXPECT_EQ(worst({}), Verdict::Pass); }

TEST(Finding, OfSeveralFindingsTheWorstCounts) {
  std::vector<Finding> findings(3);
  findings[0].verdict = Verdict::NonStrict;
  findings[1].verdict = Verdict::Known;
  findings[2].verdict = Verdict::Inconclusive;
  EXPECT_EQ(worst(findings), Verdict::Known);
}

TEST(Finding, EveryVerdictIsFoundByItsName) {
  for (std::size_t i = 0; i < kVerdicts; ++i) {
    const auto verdict = static_cast<Verdict>(i);
    EXPECT_EQ(verdict_named(name(verdict)), verdict);
  }
  EXPECT_EQ(verdict_named("Pass"), std::nullopt);
  EXPECT_EQ(name(Verdict::NotApplicable), "not-applicable");
}

TEST(FindingDeathTest, NotApplicableIsNeverMerged) {
  EXPECT_DEATH(worse(Verdict::NotApplicable, Verdict::Pass), "does not hold");
}

}  // namespace
}  // namespace harness::oracle
