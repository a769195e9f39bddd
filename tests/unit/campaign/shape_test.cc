#include "harness/campaign/shape.h"

#include <gtest/gtest.h>

namespace harness::campaign {
namespace {

TEST(Shape, NumbersMakeNoDifference) {
  EXPECT_EQ(without_numbers("ack 1001"), without_numbers("ack 7"));
  EXPECT_EQ(without_numbers("ack 1001"), "ack #");
  EXPECT_NE(without_numbers("ack 7"), without_numbers("seq 7"));
  EXPECT_EQ(without_numbers("one\nline\tall"), "one line all");
}

TEST(Shape, NorDoesTheUnitOfATime) {
  EXPECT_EQ(without_numbers("none until 0.700 s"), "none until # s");
  EXPECT_EQ(without_numbers("none until 500 ms, then"), "none until # s, then");
  EXPECT_EQ(without_numbers("3 us"), "# s");
  EXPECT_EQ(without_numbers("none for 11.000 s."), "none for # s.");
  // A word that begins like a unit is none.
  EXPECT_EQ(without_numbers("2 segments"), "# segments");
  EXPECT_EQ(without_numbers("2 ms"), without_numbers("1.5 s"));
}

TEST(Shape, WhoSaysItAndOfWhichRequirementMakesOne) {
  const oracle::Finding one{
      .checker = "rfc", .requirements = {"MUST-40"}, .expected = "ack 5", .actual = "none for 1 s"};
  auto other = one;
  other.expected = "ack 12";
  EXPECT_EQ(shape_of(one), shape_of(other));
  EXPECT_EQ(shape_of(one), "rfc MUST-40: expected ack #, found none for # s");
  other.requirements = {"MUST-13"};
  EXPECT_NE(shape_of(one), shape_of(other));
  other = one;
  other.checker = "expectations";
  EXPECT_NE(shape_of(one), shape_of(other));
}

TEST(Shape, HowAScriptIsWrittenIsNotWhatIsWrong) {
  oracle::Finding one{.checker = "expectations",
                      .place = event::Place{},
                      .expected = "`+.1 > . 1:1(0) ack 7` at 0.100 s",
                      .actual = ". 1:1(0) ack 6 win 100",
                      .text = "expected ack 7, got 6"};
  auto other = one;
  other.expected = "`+0~+1 > . 1:1(0) ack 7` between 0.100 s and 1.100 s";
  EXPECT_EQ(shape_of(one), shape_of(other));
  one.text = "expected `+.1 > . 1:1(0) ack 7` at 0.1 s, but no segment came";
  EXPECT_EQ(shape_of(one), "expectations: expected `...` at # s, but no segment came");
}

}  // namespace
}  // namespace harness::campaign
