#include "harness/campaign/doubt.h"

#include <gtest/gtest.h>

namespace harness::campaign {
namespace {

using oracle::Verdict;

oracle::Judgement judgement(Verdict verdict) {
  return {.verdict = verdict, .findings = {{.checker = "rfc", .verdict = verdict}}};
}

TEST(Doubt, WithoutItAJudgementStandsAsItIs) {
  auto judged = judgement(Verdict::Fail);
  add_doubt(std::nullopt, judged);
  EXPECT_EQ(judged.verdict, Verdict::Fail);
  EXPECT_EQ(judged.findings.size(), 1u);
  EXPECT_FALSE(doubted(judged.findings));
}

TEST(Doubt, MakesAFailureInconclusiveAndAPassToo) {
  for (const auto verdict : {Verdict::Fail, Verdict::NonStrict}) {
    auto judged = judgement(verdict);
    add_doubt("somebody set the clock", judged);
    EXPECT_EQ(judged.verdict, Verdict::Inconclusive);
    EXPECT_TRUE(doubted(judged.findings));
    EXPECT_EQ(judged.findings.back().text, "somebody set the clock");
  }
}

TEST(Doubt, WhatWeCouldNotJudgeStaysAHarnessError) {
  auto judged = judgement(Verdict::HarnessError);
  add_doubt("somebody set the clock", judged);
  EXPECT_EQ(judged.verdict, Verdict::HarnessError);
}

}  // namespace
}  // namespace harness::campaign
