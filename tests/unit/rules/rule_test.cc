#include "harness/rules/rule.h"

#include <gtest/gtest.h>

#include <string>
#include <string_view>

namespace harness::rules {
namespace {

std::string_view id_of(const Rule* rule) { return rule ? rule->id : "none"; }

TEST(Rule, EveryRowIsFoundByItsId) {
  for (const Rule& rule : catalogue()) EXPECT_EQ(find_rule(rule.id), &rule) << rule.id;
}

TEST(Rule, ANearMissIsNotFound) {
  for (std::string_view id : {"", "MUST", "MUST-", "MUST-0", "MUST-70", "MUST-01", "must-1",
                              "MUST-1 ", " MUST-1", "SHLD-32", "MAY-19", "REC-2", "ZZZ"}) {
    EXPECT_EQ(find_rule(id), nullptr) << id;
  }
  for (const Rule& rule : catalogue()) {
    EXPECT_EQ(find_rule(std::string{rule.id} + "~"), nullptr) << rule.id;
    EXPECT_EQ(find_rule(std::string{"~"} + std::string{rule.id}), nullptr) << rule.id;
  }
}

TEST(Rule, TheNearestRuleToAnIdIsThatRule) {
  for (const Rule& rule : catalogue()) EXPECT_EQ(nearest_rule(rule.id), &rule) << rule.id;
}

TEST(Rule, TheNearestRuleIsWhatWasMeant) {
  struct Case {
    std::string_view written, meant;
  };
  for (const Case& c :
       {Case{"must-10", "MUST-10"}, Case{"MUST10", "MUST-10"}, Case{"MSUT-42", "MUST-42"},
        Case{"SHLD-32", "SHLD-3"}, Case{"RFC5961-3.2a", "RFC5961-3.2-a"},
        Case{"5961-3.2-b", "RFC5961-3.2-b"}, Case{"9293-3.10.7-trimm", "9293-3.10.7-trim"}}) {
    EXPECT_EQ(id_of(nearest_rule(c.written)), c.meant) << c.written;
  }
}

TEST(Rule, NothingIsNearToNonsense) {
  for (std::string_view id : {std::string_view{""}, std::string_view{"simultaneous-close"},
                              std::string_view{"urgent"}, std::string_view{"?"}}) {
    EXPECT_EQ(id_of(nearest_rule(id)), "none") << id;
  }
  EXPECT_EQ(nearest_rule(std::string(1'000'000, 'M')), nullptr);
}

TEST(Rule, IsCitedByRfcAndSection) {
  ASSERT_NE(find_rule("MUST-10"), nullptr);
  EXPECT_EQ(cite(*find_rule("MUST-10")), "RFC 9293, 3.5");
  EXPECT_EQ(cite(*find_rule("RFC5961-3.2-a")), "RFC 5961, 3.2");
}

TEST(Rule, LevelsAreSpelledAsInRfc2119) {
  EXPECT_EQ(name(Level::Must), "MUST");
  EXPECT_EQ(name(Level::MustNot), "MUST NOT");
  EXPECT_EQ(name(Level::ShouldNot), "SHOULD NOT");
  EXPECT_EQ(name(Level::Recommended), "RECOMMENDED");
  EXPECT_EQ(name(Level::May), "MAY");
}

}  // namespace
}  // namespace harness::rules
