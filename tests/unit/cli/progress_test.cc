#include "harness/cli/progress.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace harness::cli {
namespace {

using oracle::Verdict;
using testing::ElementsAre;
using testing::IsEmpty;

reports::Result result(std::string scenario, std::string ip, Verdict verdict) {
  reports::Result one;
  one.scenario = std::move(scenario);
  one.ip = std::move(ip);
  one.verdict = verdict;
  return one;
}

TEST(Progress, AScenarioWithDifferentVerdictsIsNamedOnceInWhateverOrderItWasRun) {
  reports::Run run;
  run.results = {result("close/a", "v4", Verdict::Pass), result("close/b", "v4", Verdict::Pass),
                 result("close/c", "v4", Verdict::Fail), result("close/b", "v4", Verdict::Fail),
                 result("close/a", "v4", Verdict::Pass), result("close/b", "v4", Verdict::Pass)};
  EXPECT_THAT(unsteady(run), ElementsAre("close/b"));
}

TEST(Progress, AnotherVerdictByAnotherFamilyIsNoUnsteadiness) {
  reports::Run run;
  run.results = {result("close/a", "v4", Verdict::Pass), result("close/a", "v6", Verdict::Fail),
                 result("close/a", "v4", Verdict::Pass), result("close/a", "v6", Verdict::Fail)};
  EXPECT_THAT(unsteady(run), IsEmpty());
}

}  // namespace
}  // namespace harness::cli
