#include "harness/cli/defect_hunt.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <string_view>

#include "tests/in_tree.h"

namespace harness::cli {
namespace {

engine::DefectInfo named(std::string_view name) {
  return *std::ranges::find(engine::defects(), name, &engine::DefectInfo::name);
}

Hunt hunted(const engine::DefectInfo& defect, std::uint64_t conversations) {
  const auto none = Suite::open(tests::in_tree("tests/unit/cli"));  // No scenarios there.
  return hunt(defect, *none, {.conversations = conversations});
}

TEST(DefectHunt, ADefectIsKilledByTheRequirementThatItNames) {
  const auto hunt = hunted(named("ack-late"), 200);
  ASSERT_TRUE(hunt.by_swarm.has_value());
  EXPECT_TRUE(hunt.killed());
  EXPECT_FALSE(hunt.by_suite.has_value());
  EXPECT_GT(hunt.by_swarm->segments, 0u);
  EXPECT_EQ(hunt.requirement, "MUST-40");
}

TEST(DefectHunt, AnEngineWithoutADefectSurvives) {
  auto sound = named("ack-late");
  sound.requirement = "MUST-57";  // Nothing here is sent to a broadcast address.
  EXPECT_FALSE(hunted(sound, 20).killed());
}

TEST(DefectHunt, WhatItFoundReadsBack) {
  const Hunt hunt{.defect = "ack-late",
                  .requirement = "MUST-40",
                  .says = "too late",
                  .by_swarm = Kill{"swarm/3", 61},
                  .others = {"SHLD-19", "MUST-58"},
                  .conversations = 4,
                  .segments = 61};
  EXPECT_EQ(hunt_from(to_json(hunt)), hunt);
  EXPECT_FALSE(hunt_from("{}").has_value());
  EXPECT_FALSE(hunt_from("nonsense").has_value());
}

}  // namespace
}  // namespace harness::cli
