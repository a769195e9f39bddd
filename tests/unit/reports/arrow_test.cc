#include "reports/arrow.h"

#include <gtest/gtest.h>

namespace reports {
namespace {

using harness::event::Direction;

TEST(Arrow, GoesFromOneSideToTheOther) {
  EXPECT_EQ(arrow(Direction::ToTarget, Leg::Whole, "S 0:0(0)", 30),
            "--- S 0:0(0) ---------------->");
  EXPECT_EQ(arrow(Direction::FromTarget, Leg::Whole, "S 0:0(0)", 30),
            "<--- S 0:0(0) ----------------");
}

TEST(Arrow, ALostOneEndsOnItsWayFromItsOwnSide) {
  EXPECT_EQ(arrow(Direction::ToTarget, Leg::Lost, "S 0:0(0)", 30),
            "--- S 0:0(0) ------x          ");
  EXPECT_EQ(arrow(Direction::FromTarget, Leg::Lost, "S 0:0(0)", 30),
            "          x--- S 0:0(0) ------");
}

TEST(Arrow, ADelayedOneLeavesOnOneLineAndArrivesOnAnother) {
  EXPECT_EQ(arrow(Direction::ToTarget, Leg::Leaving, "S 0:0(0)", 30),
            "--- S 0:0(0) ------~          ");
  EXPECT_EQ(arrow(Direction::ToTarget, Leg::Arriving, "S 0:0(0)", 30),
            "          ~-- S 0:0(0) ------>");
  EXPECT_EQ(arrow(Direction::FromTarget, Leg::Arriving, "S 0:0(0)", 30),
            "<--- S 0:0(0) -----~          ");
}

TEST(Arrow, IsAsWideAsAskedWithTheLongestTextThatFits) {
  for (const auto direction : {Direction::ToTarget, Direction::FromTarget}) {
    for (const auto leg : {Leg::Whole, Leg::Lost, Leg::Leaving, Leg::Arriving}) {
      for (std::size_t length = 0; fits(length, 40); ++length) {
        EXPECT_EQ(arrow(direction, leg, std::string(length, 'x'), 40).size(), 40u) << length;
      }
    }
  }
  EXPECT_FALSE(fits(32, 40));
}

TEST(Arrow, ARemarkStandsBesideItWhenThereIsRoom) {
  std::string remark = "dropped";
  EXPECT_EQ(arrow(Direction::ToTarget, Leg::Lost, "S 0:0(0)", 30, remark),
            "--- S 0:0(0) ------x dropped  ");
  EXPECT_EQ(remark, "");
  remark = "dropped";
  EXPECT_EQ(arrow(Direction::FromTarget, Leg::Lost, "S 0:0(0)", 30, remark),
            "  dropped x--- S 0:0(0) ------");
  remark = "delayed by much";
  arrow(Direction::ToTarget, Leg::Leaving, "S 0:0(0)", 30, remark);
  EXPECT_EQ(remark, "delayed by much");
}

}  // namespace
}  // namespace reports
