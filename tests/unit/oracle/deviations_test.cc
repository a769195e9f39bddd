#include "harness/oracle/deviations.h"

#include <gtest/gtest.h>

#include <string>
#include <vector>

namespace harness::oracle {
namespace {

std::vector<Deviation> list(std::string_view text) {
  auto parsed = parse_deviations(text, "known/linux.txt");
  EXPECT_TRUE(parsed) << parsed.error().place.print() << ": " << parsed.error().message;
  return parsed ? *parsed : std::vector<Deviation>{};
}

Finding fail(std::vector<std::string> requirements) {
  return {.checker = "expectations",
          .requirements = std::move(requirements),
          .verdict = Verdict::Fail,
          .text = "expected flags R., got ."};
}

TEST(Deviations, ALineSaysWhereWhatWhyWhenAndHowOften) {
  const auto deviations = list(
      "# What Linux is known to do otherwise.\n"
      "\n"
      "close/simultaneous | MUST-13 | 60 s are not 2 MSL #1 | 6.1..6.18 | always\r\n"
      "  reset/in_window|*|nobody knows|*|sometimes");
  ASSERT_EQ(deviations.size(), 2u);
  EXPECT_EQ(deviations[0].scenario, "close/simultaneous");
  EXPECT_EQ(deviations[0].requirement, "MUST-13");
  EXPECT_EQ(deviations[0].reason, "60 s are not 2 MSL #1");
  EXPECT_EQ(deviations[0].versions.first, (Version{6, 1}));
  EXPECT_EQ(deviations[0].versions.last, (Version{6, 18}));
  EXPECT_TRUE(deviations[0].always);
  EXPECT_EQ(deviations[0].place.print(), "known/linux.txt:3:1");
  EXPECT_EQ(deviations[1].requirement, "*");
  EXPECT_FALSE(deviations[1].always);
  EXPECT_EQ(deviations[1].place.print(), "known/linux.txt:4:3");
}

TEST(Deviations, AMistakeIsToldWithItsPlace) {
  struct Case {
    std::string_view text;
    std::uint32_t line, column;
    std::string_view message;
  };
  const Case cases[] = {
      {"a | MUST-13 | why | *", 1, 1, "found 4 columns"},
      {"\n a | MUST-13 | why | * | always | more", 2, 2, "found 6 columns"},
      {"a | MUST-13 |  | * | always", 1, 14, "this column is empty"},
      {"| MUST-13 | why | * | always", 1, 1, "this column is empty"},
      {"a | MUST-70 | why | * | always", 1, 5, "there is no requirement `MUST-70`; did you mean"},
      {"a | MUST-70: words | why | * | always", 1, 5, "there is no requirement `MUST-70`"},
      {"a | MUST-13: | why | * | always", 1, 5, "the words behind the colon are missing"},
      {"a | MUST-13 | why | six | always", 1, 21, "expected *, 6.1 or 6.1..6.18, found `six`"},
      {"a | MUST-13 | why | 6.1.. | always", 1, 21, "expected *, 6.1 or"},
      {"a | MUST-13 | why | 6.1-rc | always", 1, 21, "expected *, 6.1 or"},
      {"a | MUST-13 | why | 6.1...7 | always", 1, 21, "expected *, 6.1 or"},
      {"a | MUST-13 | why | 99999999999 | always", 1, 21, "expected *, 6.1 or"},
      {"a | MUST-13 | why | 6.18..6.1 | always", 1, 21, "ends before it begins"},
      {"a | MUST-13 | why | 6.1 | often", 1, 27, "expected always or sometimes, found `often`"},
  };
  for (const auto& [text, line, column, message] : cases) {
    const auto parsed = parse_deviations(text, "x.txt");
    ASSERT_FALSE(parsed) << text;
    EXPECT_EQ(parsed.error().place.file, "x.txt");
    EXPECT_EQ(parsed.error().place.line, line) << text;
    EXPECT_EQ(parsed.error().place.column, column) << text;
    EXPECT_NE(parsed.error().message.find(message), std::string::npos) << parsed.error().message;
  }
}

TEST(Deviations, AVersionIsItsLeadingNumbers) {
  EXPECT_EQ(parse_version("6.1.0-18-amd64"), (Version{6, 1, 0}));
  EXPECT_EQ(parse_version("6.18"), (Version{6, 18}));
  EXPECT_EQ(parse_version("6.x"), (Version{6}));
  EXPECT_EQ(parse_version("6."), (Version{6}));
  EXPECT_EQ(parse_version("unknown"), Version{});
  EXPECT_EQ(parse_version(""), Version{});
}

TEST(Deviations, ARangeHoldsBothEndsInAsManyNumbersAsTheyGive) {
  const auto range = [](std::string_view text) {
    return list("a | * | why | " + std::string(text) + " | always").at(0).versions;
  };
  EXPECT_TRUE(range("*").holds({}));
  EXPECT_TRUE(range("*").holds({6, 1}));
  EXPECT_TRUE(range("6.1").holds({6, 1, 0}));
  EXPECT_TRUE(range("6.1").holds({6, 1, 99}));
  EXPECT_FALSE(range("6.1").holds({6, 10}));
  EXPECT_FALSE(range("6.1").holds({6}));
  EXPECT_TRUE(range("6.0").holds({6}));
  EXPECT_TRUE(range("6.1..6.18").holds({6, 1}));
  EXPECT_TRUE(range("6.1..6.18").holds({6, 9, 3}));
  EXPECT_TRUE(range("6.1..6.18").holds({6, 18, 5}));
  EXPECT_FALSE(range("6.1..6.18").holds({6, 19}));
  EXPECT_FALSE(range("6.1..6.18").holds({6, 0, 9}));
  EXPECT_FALSE(range("6.1..6.18").holds({7}));
  EXPECT_TRUE(range("5..6").holds({6, 200, 1}));
}

TEST(Deviations, AFailThatIsListedBecomesKnown) {
  const auto deviations = list("close/simultaneous | MUST-13 | short MSL | 6.1..6.18 | always");
  std::vector<Finding> findings{fail({"MUST-13"})};
  apply(deviations, findings, "close/simultaneous", "6.12.1");
  ASSERT_EQ(findings.size(), 1u);
  EXPECT_EQ(findings[0].verdict, Verdict::Known);
  EXPECT_EQ(findings[0].text, "expected flags R., got . (known: short MSL)");
}

TEST(Deviations, WithWordsOnlyWhatSaysThemIsExcused) {
  const auto deviations = list("swarm | MUST-13: got ack 1 | it is so | * | sometimes");
  EXPECT_EQ(deviations.at(0).requirement, "MUST-13");
  EXPECT_EQ(deviations.at(0).words, "got ack 1");
  struct Case {
    std::string_view text;
    Verdict verdict;
  };
  for (const auto& [text, verdict] :
       {Case{"expected ack 80, got ack 1", Verdict::Known},
        Case{"got ack 1, expected ack 80", Verdict::Known},
        Case{"expected ack 80, got ack 13", Verdict::Fail},
        Case{"expected ack 80, forgot ack 1", Verdict::Fail}, Case{"", Verdict::Fail}}) {
    std::vector<Finding> findings{fail({"MUST-13"})};
    findings[0].text = text;
    apply(deviations, findings, "swarm", "6.18");
    EXPECT_EQ(findings.at(0).verdict, verdict) << text;
  }
  // A line that must occur is not met by another failure of its requirement.
  std::vector<Finding> other{fail({"MUST-13"})};
  apply(list("a | MUST-13: got ack 1 | it is so | * | always"), other, "a", "6.18");
  ASSERT_EQ(other.size(), 2u);
  EXPECT_TRUE(other[1].text.starts_with("stale"));
}

TEST(Deviations, AnythingElseStaysAFail) {
  const auto deviations = list("close/simultaneous | MUST-13 | short MSL | 6.1..6.18 | sometimes");
  struct Case {
    std::string_view scenario, version, requirement;
  };
  for (const auto& [scenario, version, requirement] :
       {Case{"close/four_way", "6.12.1", "MUST-13"}, Case{"close/simultaneous", "6.19", "MUST-13"},
        Case{"close/simultaneous", "6.12.1", "MUST-12"}}) {
    std::vector<Finding> findings{fail({std::string(requirement)})};
    apply(deviations, findings, scenario, version);
    ASSERT_EQ(findings.size(), 1u);
    EXPECT_EQ(findings[0].verdict, Verdict::Fail) << scenario << version << requirement;
  }
}

TEST(Deviations, ALineExcusesItsRequirementAndNoOther) {
  const auto one = list("a | MUST-13 | short MSL | * | always");
  auto of_model = fail({"MUST-12"});
  of_model.checker = "rfc";
  // The model finds another one besides; and a line of the script is about both.
  std::vector<Finding> findings{fail({"MUST-13"}), of_model, fail({"MUST-13", "MUST-12"})};
  apply(one, findings, "a", "1");
  ASSERT_EQ(findings.size(), 3u);
  EXPECT_EQ(findings[0].verdict, Verdict::Known);
  EXPECT_EQ(findings[1].verdict, Verdict::Fail);
  EXPECT_EQ(findings[2].verdict, Verdict::Fail);
}

TEST(Deviations, AStarIsForTheScriptAndNotForWhatTheModelFinds) {
  const auto deviations = list("a | * | odd | * | always");
  std::vector<Finding> findings{fail({"MUST-12"}), fail({})};
  apply(deviations, findings, "a", "1");
  EXPECT_EQ(worst(findings), Verdict::Known);
  findings.push_back(fail({"MUST-12"}));
  findings.back().checker = "rfc";
  apply(deviations, findings, "a", "1");
  EXPECT_EQ(worst(findings), Verdict::Fail);
}

TEST(Deviations, WhereEverythingMayFailTheModelsFindingsMayToo) {
  std::vector<Finding> findings{fail({"MUST-12"}), fail({})};
  findings[0].checker = "rfc";
  apply({{.scenario = "a", .requirement = "*", .reason = "odd", .everything = true}}, findings, "a",
        "1");
  EXPECT_EQ(worst(findings), Verdict::Known);
}

TEST(Deviations, OnlyAFailIsADeviation) {
  const auto deviations = list("a | * | odd | * | sometimes");
  for (const Verdict verdict : {Verdict::NonStrict, Verdict::Inconclusive, Verdict::HarnessError}) {
    std::vector<Finding> findings{fail({})};
    findings[0].verdict = verdict;
    apply(deviations, findings, "a", "1");
    EXPECT_EQ(worst(findings), verdict);
  }
}

TEST(Deviations, WhatAlwaysHappensAndNoLongerDoesIsStale) {
  const auto deviations = list("a | MUST-13 | short MSL | 6.1..6.18 | always");
  std::vector<Finding> findings;
  apply(deviations, findings, "a", "6.1");
  ASSERT_EQ(findings.size(), 1u);
  EXPECT_EQ(findings[0].verdict, Verdict::Fail);
  EXPECT_EQ(findings[0].checker, "deviations");
  EXPECT_EQ(findings[0].requirements, std::vector<std::string>{"MUST-13"});
  EXPECT_EQ(findings[0].place->print(), "known/linux.txt:1:1");
  EXPECT_NE(findings[0].text.find("stale"), std::string::npos);

  // Another requirement failed; this one did not.
  findings = {fail({"MUST-12"})};
  apply(deviations, findings, "a", "6.1");
  EXPECT_EQ(findings.size(), 2u);
}

TEST(Deviations, NothingIsStaleElsewhereOrWhereNothingWasProved) {
  const auto always = list("a | MUST-13 | short MSL | 6.1..6.18 | always");
  const auto sometimes = list("a | MUST-13 | short MSL | 6.1..6.18 | sometimes");
  std::vector<Finding> findings;
  apply(always, findings, "b", "6.1");
  apply(always, findings, "a", "6.19");
  apply(sometimes, findings, "a", "6.1");
  EXPECT_TRUE(findings.empty());
  for (const Verdict verdict : {Verdict::Inconclusive, Verdict::HarnessError}) {
    findings = {Finding{.verdict = verdict}};
    apply(always, findings, "a", "6.1");
    EXPECT_EQ(findings.size(), 1u);
  }
}

TEST(Deviations, TwoEntriesMayListOneFinding) {
  const auto deviations = list(
      "a | MUST-12 | one | * | always\n"
      "a | MUST-13 | two | * | always\n");
  std::vector<Finding> findings{fail({"MUST-12", "MUST-13"})};
  apply(deviations, findings, "a", "1");
  ASSERT_EQ(findings.size(), 1u);
  EXPECT_EQ(findings[0].verdict, Verdict::Known);
  EXPECT_TRUE(findings[0].text.ends_with("(known: one; two)")) << findings[0].text;
}

}  // namespace
}  // namespace harness::oracle
