#include "harness/link/score.h"

#include <gtest/gtest.h>

#include <string_view>

#include "tests/unit/link/path.h"

namespace harness::link {
namespace {

using namespace std::chrono_literals;

Score score(std::string_view text, int datagrams, std::uint64_t seed) {
  Path path{parse_faults(text).value(), seed};
  for (int i = 0; i < datagrams; ++i) path.send(0s);
  return scores(path.link).at(0);
}

TEST(Score, WilsonsIntervalIsThatOfTheBooks) {
  // E. B. Wilson, 1927: 10 of 100 at 95 %.
  const auto [low, high] = interval({.fault = {}, .met = 100, .struck = 10});
  EXPECT_NEAR(low, 0.0552, 0.0001);
  EXPECT_NEAR(high, 0.1744, 0.0001);
  EXPECT_NEAR(interval({.fault = {}, .met = 10, .struck = 0}).high, 0.2775, 0.0001);
  EXPECT_EQ(interval({.fault = {}, .met = 10, .struck = 0}).low, 0);
  EXPECT_EQ(interval({.fault = {}}).high, 1);
}

// 1000 links of 500 datagrams: as many miss as may, whatever hangs together.
TEST(Score, TheIntervalHoldsTheRateThatWasAskedFor95TimesIn100) {
  for (const auto text : {"loss 5%", "loss 20% 60%", "loss gemodel 5% 30%", "loss 2% burst 4",
                          "loss state 5% 40% 10% 50% 2%", "drop 50% every 3"}) {
    int held = 0, held_alone = 0;
    for (std::uint64_t seed = 1; seed <= 1000; ++seed) {
      auto one = score(text, 500, seed);
      const auto [low, high] = interval(one);
      held += low <= one.asked && one.asked <= high ? 1 : 0;
      one.spread = 1;
      const auto [low_alone, high_alone] = interval(one);
      held_alone += low_alone <= one.asked && one.asked <= high_alone ? 1 : 0;
    }
    EXPECT_NEAR(held, 950, 30) << text;
    // What hangs together scatters more than what does not.
    if (long_run(parse_faults(text)->at(0)).spread > 1.5) {
      EXPECT_LT(held_alone, 900) << text;
    }
  }
}

TEST(Score, ItIsASentence) {
  EXPECT_EQ(
      print(Score{.fault = "drop 5%", .by_chance = true, .asked = 0.05, .met = 300, .struck = 12}),
      "drop 5%: struck 12 of 300 it met, 4.00 % (95 %: 2.30 to 6.86), asked for 5.00 %");
  EXPECT_EQ(print(score("drop nth 1", 3, 1)), "drop nth 1: struck 1 of 1 it met");
  EXPECT_EQ(print(score("mtu 10", 3, 1)), "mtu 10: struck 3 of 3 it met");
  EXPECT_EQ(print(score("loss 5% FIN", 3, 1)), "drop 5% FIN: struck 0 of 0 it met");
}

TEST(Score, RunsAddUpByFault) {
  auto sum = std::vector{score("drop nth 1", 3, 1)};
  add(sum, {score("drop nth 1", 3, 1), score("drop nth 2", 3, 1)});
  ASSERT_EQ(sum.size(), 2u);
  EXPECT_EQ(sum[0].struck, 2u);
}

}  // namespace
}  // namespace harness::link
