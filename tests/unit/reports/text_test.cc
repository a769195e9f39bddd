#include "reports/text.h"

#include <gtest/gtest.h>

#include "tests/unit/reports/golden.h"
#include "tests/unit/reports/some_results.h"

namespace reports {
namespace {

TEST(Text, TheReportTellsEachResultAndAllCounts) {
  expect_golden("report.txt", to_text(some_run()));
}

TEST(Text, TheLineOfAScenarioSaysWhereHowLongAndHowMuch) {
  const auto run = some_run();
  EXPECT_EQ(subject(run.results[0]), "close/pass (engine, 0.203 s, 9 segments)");
  EXPECT_EQ(subject(run.results[1]), "close/fail #2 (engine, 0.203 s, 9 segments)");
  EXPECT_EQ(subject(run.results[4]), "close/v6 (engine cannot: ipv6)");
  EXPECT_EQ(subject(run.results[5]), "close/loose (engine, 0.203 s, 1 segment)");
}

TEST(Text, TheCommandThatRepeatsIsExact) {
  const auto run = some_run();
  EXPECT_EQ(repeat_command(run.results[1]),
            "lastack run close/fail --target engine --seed 7 --ip v4");
  EXPECT_EQ(repeat_command(run.results[2]),
            "lastack run 'odd name.pkt' --target engine --seed 7 --ip v4");
  EXPECT_EQ(repeat_command(run.results[3]),
            "lastack run close/late --target engine --seed 7 --ip v4 --strict");
}

// A line of a script fails for reasons of its own; only who judges by a rule may say it was broken.
TEST(Text, WhatAScenarioIsAboutIsNotSaidToBeBroken) {
  auto run = some_run();
  auto& findings = run.results[1].findings;
  EXPECT_NE(details(run.results[1], "x").find("    about     MUST-13 (MUST, "), std::string::npos);
  EXPECT_EQ(details(run.results[1], "x").find("    rule      MUST-13 (MUST, "), std::string::npos);
  findings[0].checker = "integrity";
  EXPECT_NE(details(run.results[1], "x").find("    rule      MUST-13 (MUST, "), std::string::npos);
}

TEST(Text, OfAFailedLineItIsSaidWhetherTheModelObjectsToo) {
  auto result = some_run().results[1];
  EXPECT_NE(details(result, "x").find("    model     objects to this run too"), std::string::npos);
  result.findings[1].verdict = harness::oracle::Verdict::Inconclusive;
  EXPECT_NE(details(result, "x").find("    model     cannot tell"), std::string::npos);
  result.findings.erase(result.findings.begin() + 1);
  EXPECT_NE(details(result, "x").find("    model     has no objection"), std::string::npos);
  result.awaited = "until 64.110 s for its FIN again, and the run ended at 3.634 s";
  EXPECT_NE(details(result, "x").find("    model     has no objection"), std::string::npos);
  result.findings.front().actual = "no segment came";
  EXPECT_NE(details(result, "x").find("    model     cannot say yet: it waits until 64.110 s for"),
            std::string::npos);
  result.findings.erase(result.findings.begin());
  EXPECT_EQ(details(result, "x").find("    model     "), std::string::npos);
}

TEST(Text, OfAShouldItIsSaidHowToSeeMore) {
  auto result = some_run().results[5];
  EXPECT_EQ(advice(result), "");
  result.findings = {{.verdict = harness::oracle::Verdict::NonStrict, .text = "a SHOULD"}};
  EXPECT_EQ(advice(result),
            "  a SHOULD\n  to see where, among the segments: the same with --strict\n");
}

TEST(Text, AShellGetsItsWordsBack) {
  EXPECT_EQ(shell_word("close/x-1.pkt"), "close/x-1.pkt");
  EXPECT_EQ(shell_word("a b"), "'a b'");
  EXPECT_EQ(shell_word("it's"), "'it'\\''s'");
  EXPECT_EQ(shell_word(""), "''");
}

TEST(Text, TheSummaryAlwaysHasEveryCount) {
  EXPECT_EQ(summary(reports::Run{}),
            "0 scenarios: 0 pass, 0 non-strict, 0 inconclusive, 0 known, 0 fail, 0 harness-error, "
            "0 not-applicable, 0 not run");
  auto run = some_run();
  run.repeat = 3;
  EXPECT_EQ(summary(run),
            "8 scenarios, each 3 times: 1 pass, 1 non-strict, 1 inconclusive, 1 known, 1 fail, "
            "1 harness-error, 1 not-applicable, 1 not run");
}

}  // namespace
}  // namespace reports
