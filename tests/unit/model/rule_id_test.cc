#include "harness/model/rule_id.h"

#include <gtest/gtest.h>

#include <set>

#include "harness/rules/rule.h"

namespace harness::model {
namespace {

TEST(RuleId, NamesARequirementOfTheCatalogueAndNoneTwice) {
  std::set<std::string_view> seen;
  for (std::size_t i = 0; i < kRules; ++i) {
    const auto* const rule = rules::find_rule(kRuleNames[i]);
    ASSERT_NE(rule, nullptr) << kRuleNames[i];
    EXPECT_EQ(&rules::catalogue()[row(static_cast<Id>(i))], rule);
    EXPECT_TRUE(seen.insert(kRuleNames[i]).second) << kRuleNames[i];
  }
}

}  // namespace
}  // namespace harness::model
