#include "harness/oracle/enforced.h"

#include <gtest/gtest.h>

#include "harness/model/rule_id.h"
#include "harness/rules/rule.h"

namespace harness::oracle {
namespace {

TEST(Enforced, EveryRuleOfTheModelSaysWhatItAsksFor) {
  for (const auto id : model::kRuleNames) {
    ASSERT_TRUE(enforced(id)) << id;
    EXPECT_TRUE(enforced(id)->ends_with('.')) << id;
  }
}

TEST(Enforced, WhatTheModelDoesNotAskForHasNoSentence) {
  std::size_t asked = 0;
  for (const auto& rule : rules::catalogue()) asked += enforced(rule.id) ? 1 : 0;
  EXPECT_EQ(asked, model::kRules);
  EXPECT_FALSE(enforced("SHLD-1"));
}

}  // namespace
}  // namespace harness::oracle
