#include "reports/run.h"

#include <gtest/gtest.h>

namespace reports {
namespace {

using harness::oracle::Verdict;

int status_of(std::initializer_list<Verdict> verdicts, bool interrupted = false) {
  reports::Run run;
  run.interrupted = interrupted;
  for (const auto verdict : verdicts) {
    run.results.emplace_back();
    run.results.back().verdict = verdict;
  }
  return exit_status(run);
}

TEST(Run, TheExitStatusIsTheWorstThatHappened) {
  EXPECT_EQ(status_of({}), 0);
  EXPECT_EQ(status_of({Verdict::Pass, Verdict::NonStrict, Verdict::Known, Verdict::NotApplicable}),
            0);
  EXPECT_EQ(status_of({Verdict::Pass, Verdict::Inconclusive}), 3);
  EXPECT_EQ(status_of({Verdict::Inconclusive, Verdict::Fail}), 1);
  EXPECT_EQ(status_of({Verdict::Fail, Verdict::HarnessError}), 4);
  EXPECT_EQ(status_of({Verdict::Pass}, true), 4);
}

TEST(Run, CountsEveryVerdictAndWhatWasNotRun) {
  reports::Run run;
  run.results.resize(3);
  run.results[1].verdict = Verdict::Fail;
  run.not_run.push_back({"a", "slow: b"});
  const auto counts = count(run);
  EXPECT_EQ(counts.of(Verdict::Pass), 2u);
  EXPECT_EQ(counts.of(Verdict::Fail), 1u);
  EXPECT_EQ(counts.not_run, 1u);
}

}  // namespace
}  // namespace reports
