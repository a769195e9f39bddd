#include "harness/engine/settings.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <set>

#include "harness/engine/profile.h"
#include "harness/rules/rule.h"

namespace harness::engine {
namespace {

using testing::HasSubstr;

TEST(EngineSettings, NothingIsTheFirstProfileUnbroken) {
  const auto config = configured("");
  ASSERT_TRUE(config);
  EXPECT_EQ(config->defect, Defect::None);
  EXPECT_EQ(profiles().front().name, "rfc");
  EXPECT_EQ(config->rto_min, clock::Duration{std::chrono::seconds{1}});
}

TEST(EngineSettings, ProfileAndDefectInAnyOrder) {
  for (const char* settings :
       {"profile=minimal,defect=mss-ignored", "defect=mss-ignored,profile=minimal"}) {
    const auto config = configured(settings);
    ASSERT_TRUE(config) << settings;
    EXPECT_EQ(config->defect, Defect::MssIgnored);
    EXPECT_FALSE(config->timestamps);
  }
}

TEST(EngineSettings, WhatIsNotUnderstoodIsRefusedWithWhatThereIs) {
  EXPECT_THAT(configured("profile=windows").error(), HasSubstr("rfc, linux-like, minimal"));
  EXPECT_THAT(configured("defect=mss-ignord").error(), HasSubstr("did you mean `mss-ignored`?"));
  EXPECT_THAT(configured("defect=all").error(), HasSubstr("`lastack defects --list`"));
  EXPECT_THAT(configured("colour=red").error(), HasSubstr("found `colour=red`"));
  EXPECT_THAT(configured("profile").error(), HasSubstr("profile=NAME"));
  EXPECT_THAT(configured("profile=rfc,profile=rfc").error(), HasSubstr("twice"));
}

TEST(EngineDefects, EachBreaksARequirementThatThereIs) {
  EXPECT_GE(defects().size(), 48u);
  std::set<std::string_view> names;
  for (const DefectInfo& defect : defects()) {
    EXPECT_NE(rules::find_rule(defect.requirement), nullptr) << defect.name;
    EXPECT_TRUE(names.insert(defect.name).second) << defect.name;
    EXPECT_EQ(defect_named(defect.name), defect.defect);
    EXPECT_TRUE(defect.says.ends_with('.')) << defect.name;
  }
  EXPECT_EQ(defect_named("none"), std::nullopt);
}

TEST(EngineProfiles, EachIsFoundByItsName) {
  for (const Profile& profile : profiles()) EXPECT_TRUE(profile_named(profile.name));
  EXPECT_FALSE(profile_named("other"));
}

}  // namespace
}  // namespace harness::engine
