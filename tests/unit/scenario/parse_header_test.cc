#include "harness/scenario/parse_header.h"

#include "tests/unit/scenario/scripts.h"

namespace harness::scenario {
namespace {

using namespace std::chrono_literals;

Scenario with_header(const std::string& header) { return parsed(header + std::string(kStep)); }

void expect_header_error(const std::string& header, std::string_view says) {
  expect_error(header + std::string(kStep), says);
}

TEST(ParseHeader, ProseIsTheCommentAtTheHead) {
  const auto scenario = with_header("\n// The title\n//\n//   More of it. \n\n// Not this.\n");
  EXPECT_EQ(scenario.title, "The title");
  EXPECT_EQ(scenario.prose, "The title\n\n  More of it.");
  EXPECT_EQ(with_header("/* The title\n * and more\n */").prose, "The title\nand more");
  EXPECT_EQ(with_header("//\n//\n").prose, "");
  EXPECT_EQ(with_header("rules: MUST-2\n// Later").prose, "");
  EXPECT_EQ(with_header("// A bell\x07 and a tab\tin it").title, "A bell? and a tab in it");
}

TEST(ParseHeader, EveryLineIsRead) {
  const auto scenario = with_header(
      "limit: 300s\n"
      "rules: MUST-2, MUST-3 MUST-13 // these\n"
      "\n"
      "// A comment between.\n"
      "claims:S0-01,S0-02 /* and no more */\n"
      "needs: virtual-time ipv6\n"
      "slow: it's a \"minute\" // not really\n"
      "faults: drop nth 2 SYN; delay 5ms\n"
      "settle: 20ms\n");
  EXPECT_EQ(scenario.rules, (std::vector<std::string>{"MUST-2", "MUST-3", "MUST-13"}));
  EXPECT_EQ(scenario.claims, (std::vector<std::string>{"S0-01", "S0-02"}));
  EXPECT_EQ(scenario.needs,
            (std::vector{target::Capability::VirtualTime, target::Capability::Ipv6}));
  EXPECT_EQ(scenario.slow, "it's a \"minute\"");
  ASSERT_EQ(scenario.faults.size(), 2u);
  EXPECT_EQ(link::print(scenario.faults[0]), "drop nth 2 SYN");
  EXPECT_EQ(scenario.settle, 20ms);
  EXPECT_EQ(scenario.limit, 300s);
}

TEST(ParseHeader, WhatIsLeftOutIsLeftOpen) {
  const auto scenario = with_header("");
  EXPECT_TRUE(scenario.rules.empty());
  EXPECT_FALSE(scenario.slow);
  EXPECT_FALSE(scenario.settle);
  EXPECT_FALSE(scenario.limit);
}

TEST(ParseHeader, WrongLinesAreToldAtTheirPlace) {
  expect_header_error("@rule: MUST-2", "unknown header line `rule`; did you mean `rules`?");
  expect_header_error("@whatever: MUST-2", "unknown header line `whatever`");
  expect_header_error("rules: MUST-2\n@rules: MUST-3", "`rules:` stands here twice");
  expect_header_error("rules: MUST-2, @MUST-999", "no requirement is called `MUST-999`");
  expect_header_error("rules: MUST-2 MUST-3 @MUST-2", "`MUST-2` is named twice");
  expect_header_error("claims: @S0-1", "no claim is called `S0-1`; did you mean `S0-01`?");
  expect_header_error("needs: @wings", "no capability is called `wings`; there are virtual-time");
  expect_header_error("needs: cut, @cut", "named twice");
  expect_header_error("@slow: // why?", "`slow:` says nothing");
  expect_header_error("faults:   drop nth @0", "expected which one: a whole number from 1");
  expect_header_error("faults: drop; @dorp", "expected drop, loss");
  expect_header_error("settle: @1", "expected a time such as 0.5s or 20ms, found `1`");
  expect_header_error("settle: @-1s", "expected a time");
  expect_header_error("settle: @99999999s", "this is too long a time");
  expect_header_error("limit: @0s", "no scenario is over at once");
  expect_error("0 close(3) = 0\n@rules: MUST-2\n", "header lines stand at the head");
  expect_error("--mtu=1500\n@rules: MUST-2\n0 close(3) = 0", "header lines stand at the head");
}

}  // namespace
}  // namespace harness::scenario
