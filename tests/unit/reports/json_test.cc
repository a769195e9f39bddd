#include "reports/json.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "tests/unit/reports/golden.h"
#include "tests/unit/reports/some_results.h"

namespace reports {
namespace {

using testing::HasSubstr;

void expect_same(const Result& a, const Result& b) {
  EXPECT_EQ(a.scenario, b.scenario);
  EXPECT_EQ(a.selector, b.selector);
  EXPECT_EQ(a.title, b.title);
  EXPECT_EQ(a.rules, b.rules);
  EXPECT_EQ(a.claims, b.claims);
  EXPECT_EQ(a.target, b.target);
  EXPECT_EQ(a.version, b.version);
  EXPECT_EQ(a.ip, b.ip);
  EXPECT_EQ(a.seed, b.seed);
  EXPECT_EQ(a.repetition, b.repetition);
  EXPECT_EQ(a.strict, b.strict);
  EXPECT_EQ(a.verdict, b.verdict);
  EXPECT_EQ(a.reason, b.reason);
  EXPECT_EQ(a.findings, b.findings);
  EXPECT_EQ(a.ledger, b.ledger);
  EXPECT_EQ(a.extra_faults, b.extra_faults);
  EXPECT_EQ(a.faults, b.faults);
  EXPECT_EQ(a.warnings, b.warnings);
  EXPECT_EQ(a.ladder, b.ladder);
  EXPECT_EQ(a.awaited, b.awaited);
  EXPECT_EQ(a.trace, b.trace);
  EXPECT_EQ(a.segments, b.segments);
  EXPECT_EQ(a.span_ns, b.span_ns);
  EXPECT_EQ(a.played_ns, b.played_ns);
}

TEST(Json, AResultCrossesWhole) {
  for (const Result& result : some_run().results) {
    const auto back = from_json(to_json_whole(result));
    ASSERT_TRUE(back) << back.error();
    expect_same(result, *back);
  }
  auto waits = some_run().results[1];
  waits.awaited = "until 64.110 s for its FIN again, and the run ended at 3.634 s";
  expect_same(waits, *from_json(to_json_whole(waits)));
}

TEST(Json, AnOlderResultIsReadWithoutWhatWasAddedSince) {
  const auto result = some_run().results[1];
  auto text = to_json_whole(result);
  constexpr std::string_view kMember = R"("awaited":"",)";
  const auto at = text.find(kMember);
  ASSERT_NE(at, text.npos);
  const auto back = from_json(text.erase(at, kMember.size()));
  ASSERT_TRUE(back) << back.error();
  expect_same(result, *back);
}

TEST(Json, ALineOfResultsHasNoTraceAndNoLineEnd) {
  auto result = some_run().results[1];
  const auto line = to_json(result);
  EXPECT_THAT(line, Not(HasSubstr("lastack trace")));
  EXPECT_EQ(line.find('\n'), line.npos);
  result.trace.clear();
  expect_same(result, *from_json(line));
}

TEST(Json, TheLargestSeedIsKept) {
  Result result;
  result.seed = ~std::uint64_t{0};
  EXPECT_EQ(from_json(to_json(result))->seed, ~std::uint64_t{0});
}

TEST(Json, TextThatIsNoUtf8DoesNotBreakIt) {
  Result result;
  result.title = "caf\xE9";
  const auto back = from_json(to_json_whole(result));
  ASSERT_TRUE(back) << back.error();
  EXPECT_EQ(back->title, "caf\xEF\xBF\xBD");
}

TEST(Json, WhatIsNoResultIsAnError) {
  for (const char* text : {"", "{", "[]", "{}", "7", R"({"scenario": 7})"}) {
    EXPECT_FALSE(from_json(text)) << text;
  }
  Result result;
  auto text = to_json(result);
  text.replace(text.find("\"pass\""), 6, "\"fine\"");
  EXPECT_FALSE(from_json(text));
}

TEST(Json, TheReportIsOneObjectWithASchema) { expect_golden("report.json", to_json(some_run())); }

TEST(Json, AnEmptyRunIsAReportToo) {
  EXPECT_THAT(to_json(reports::Run{}), HasSubstr("\"results\": [],\n  \"not_run\": []"));
}

}  // namespace
}  // namespace reports
