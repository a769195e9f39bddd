#include "harness/rules/catalogue.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <map>
#include <set>
#include <string>
#include <string_view>

namespace harness::rules {
namespace {

TEST(Catalogue, Has405Rows) { EXPECT_EQ(catalogue().size(), 405u); }

TEST(Catalogue, NoIdOccursTwice) {
  std::set<std::string_view> ids;
  for (const Rule& rule : catalogue()) EXPECT_TRUE(ids.insert(rule.id).second) << rule.id;
}

// RFC 9293 numbers its own sentences: MUST-1..69, SHLD-1..31, MAY-1..18 and REC-1.
TEST(Catalogue, HoldsEveryLabelOfRfc9293) {
  struct Series {
    std::string_view prefix;
    int last;
  };
  int labels = 0;
  for (const Series& series :
       {Series{"MUST-", 69}, Series{"SHLD-", 31}, Series{"MAY-", 18}, Series{"REC-", 1}}) {
    for (int number = 1; number <= series.last; ++number) {
      const std::string id = std::string{series.prefix} + std::to_string(number);
      const Rule* rule = find_rule(id);
      ASSERT_NE(rule, nullptr) << id;
      EXPECT_EQ(rule->rfc, "9293") << id;
      ++labels;
    }
  }
  EXPECT_EQ(labels, 119);
}

// A label's first word and its level agree; RFC 9293 numbers MUST NOT among the MUSTs.
TEST(Catalogue, ALabelAgreesWithItsLevel) {
  const std::map<std::string_view, std::set<Level>> levels = {
      {"MUST", {Level::Must, Level::MustNot}},
      {"SHLD", {Level::Should, Level::ShouldNot}},
      {"MAY", {Level::May}},
      {"REC", {Level::Recommended}}};
  for (const Rule& rule : catalogue()) {
    const auto found = levels.find(rule.id.substr(0, rule.id.find('-')));
    if (found == levels.end()) continue;
    EXPECT_TRUE(found->second.contains(rule.level)) << rule.id << " is " << name(rule.level);
  }
}

TEST(Catalogue, EveryColumnHoldsWhatItMay) {
  const std::set<std::string_view> roles = {"sender", "receiver", "api", "all"};
  const std::set<std::string_view> testable = {"yes", "needs app API", "not observable"};
  for (const Rule& rule : catalogue()) {
    EXPECT_TRUE(!rule.rfc.empty() && rule.rfc.find_first_not_of("0123456789") == rule.rfc.npos)
        << rule.id << " " << rule.rfc;
    EXPECT_FALSE(rule.section.empty()) << rule.id;
    EXPECT_FALSE(rule.says.empty()) << rule.id;
    EXPECT_TRUE(roles.contains(rule.role)) << rule.id << " " << rule.role;
    EXPECT_TRUE(testable.contains(rule.testable)) << rule.id << " " << rule.testable;
    EXPECT_FALSE(rule.stimulus.empty()) << rule.id;
    EXPECT_FALSE(rule.expected.empty()) << rule.id;
  }
}

TEST(Catalogue, CountsPerLevel) {
  std::map<Level, int> counts;
  for (const Rule& rule : catalogue()) ++counts[rule.level];
  EXPECT_EQ(counts[Level::Must], 154);
  EXPECT_EQ(counts[Level::MustNot], 39);
  EXPECT_EQ(counts[Level::Should], 76);
  EXPECT_EQ(counts[Level::ShouldNot], 7);
  EXPECT_EQ(counts[Level::Recommended], 6);
  EXPECT_EQ(counts[Level::May], 26);
  EXPECT_EQ(counts[Level::Spec], 78);
  EXPECT_EQ(counts[Level::Info], 19);
}

TEST(Catalogue, TheOrderIsOfAllRowsById) {
  const auto order = catalogue_order();
  ASSERT_EQ(order.size(), catalogue().size());
  EXPECT_TRUE(std::ranges::is_sorted(order, {}, [](auto row) { return catalogue()[row].id; }));
}

}  // namespace
}  // namespace harness::rules
