#include "harness/oracle/ledger.h"

#include <gtest/gtest.h>

namespace harness::oracle {
namespace {

TEST(Ledger, RunsAddUpInTheOrderOfTheCatalogue) {
  Ledger sum = {{.requirement = "MUST-40", .exercised = 2, .held = 1, .open = 1}};
  add(sum, {{.requirement = "SHLD-19", .exercised = 1, .violated = 1},
            {.requirement = "MUST-2", .exercised = 3, .held = 3},
            {.requirement = "MUST-40", .exercised = 1, .held = 1}});
  const Ledger wanted = {{.requirement = "MUST-2", .exercised = 3, .held = 3},
                         {.requirement = "SHLD-19", .exercised = 1, .violated = 1},
                         {.requirement = "MUST-40", .exercised = 3, .held = 2, .open = 1}};
  ASSERT_EQ(sum.size(), 3u);
  EXPECT_EQ(find(sum, "MUST-2")->held, 3u);
  EXPECT_EQ(*find(sum, "MUST-40"), wanted[2]);
  EXPECT_EQ(sum[0].requirement, "MUST-2");
}

TEST(Ledger, WhatWasNeverAtStakeHasNoLine) {
  EXPECT_EQ(find({{.requirement = "MUST-2", .exercised = 1}}, "MUST-3"), nullptr);
}

}  // namespace
}  // namespace harness::oracle
