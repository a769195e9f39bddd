#include "reports/junit.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "tests/unit/reports/golden.h"
#include "tests/unit/reports/some_results.h"

namespace reports {
namespace {

using testing::HasSubstr;
using testing::Not;

TEST(Junit, EachVerdictHasItsElement) { expect_golden("junit.xml", to_junit(some_run())); }

TEST(Junit, AnEmptyRunIsADocumentToo) {
  EXPECT_THAT(to_junit(reports::Run{}), HasSubstr("<testsuites name=\"lastack\" tests=\"0\""));
}

TEST(Junit, WhatXmlHasNoRoomForDoesNotGetIn) {
  auto run = some_run();
  auto& fail = run.results[1];
  fail.title = "caf\xE9 \x1b[2J <&\"]]>";
  fail.findings[0].text = "octet \x01 \xE0\x80\x80 and \xEF\xBF\xBF";
  const auto text = to_junit(run);
  EXPECT_THAT(text, HasSubstr("caf? ?[2J &lt;&amp;\"]]&gt;"));
  EXPECT_THAT(text, HasSubstr("octet ? ??? and ?"));
  EXPECT_THAT(text, Not(HasSubstr("&#")));
}

TEST(Junit, WhatWasNotRunIsSkippedAsOftenAsItWasAskedFor) {
  reports::Run run;
  run.target = "linux";
  run.not_run.push_back({.scenario = "close/slow", .reason = "interrupted", .runs = 2});
  const auto text = to_junit(run);
  EXPECT_THAT(text, HasSubstr("<testsuite name=\"linux.close\" tests=\"2\" failures=\"0\" "
                              "errors=\"0\" skipped=\"2\""));
  EXPECT_THAT(text, HasSubstr("name=\"slow #2\""));
}

}  // namespace
}  // namespace reports
