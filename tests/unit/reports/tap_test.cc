#include "reports/tap.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "tests/unit/reports/golden.h"
#include "tests/unit/reports/some_results.h"

namespace reports {
namespace {

using testing::EndsWith;
using testing::HasSubstr;

TEST(Tap, EachVerdictHasItsLine) { expect_golden("report.tap", to_tap(some_run())); }

TEST(Tap, AnEmptyRunSkipsAll) {
  EXPECT_EQ(to_tap(reports::Run{}), "TAP version 14\n1..0 # SKIP there is nothing to run\n");
}

TEST(Tap, ANameCannotPassForADirective) {
  reports::Run run;
  run.results.emplace_back().scenario = "a # TODO b\\";
  run.results.back().verdict = harness::oracle::Verdict::Fail;
  EXPECT_THAT(to_tap(run), HasSubstr("not ok 1 - a \\# TODO b\\\\\n"));
}

TEST(Tap, AnInterruptedRunBailsOut) {
  auto run = some_run();
  run.interrupted = true;
  EXPECT_THAT(to_tap(run), EndsWith("Bail out! interrupted\n"));
}

}  // namespace
}  // namespace reports
