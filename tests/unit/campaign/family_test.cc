#include "harness/campaign/family.h"

#include <gtest/gtest.h>

namespace harness::campaign {
namespace {

TEST(Family, ItsNameNamesIt) {
  for (const auto family : kFamilies) EXPECT_EQ(family_named(name(family)), family);
  for (const auto text : {"", "v", "ipv4", "V4", "all"}) EXPECT_FALSE(family_named(text)) << text;
}

TEST(Family, WhatAScenarioSaysOfItselfGoesBeforeWhatIsWantedOfAll) {
  scenario::Scenario scenario;
  EXPECT_EQ(family_of(scenario, Family::Mapped), Family::Mapped);
  scenario.options.family = Family::V6;
  EXPECT_EQ(family_of(scenario, Family::Mapped), Family::V6);
}

}  // namespace
}  // namespace harness::campaign
