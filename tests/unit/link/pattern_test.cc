#include "harness/link/pattern.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <string_view>
#include <vector>

#include "tests/unit/link/statistics.h"

namespace harness::link {
namespace {

constexpr std::size_t kPicks = 200'000;

Fault fault(std::string_view text) {
  auto faults = parse_faults(text);
  EXPECT_TRUE(faults) << text;
  return faults.value().at(0);
}

std::vector<bool> picks(std::string_view text, std::size_t count = kPicks, std::uint64_t seed = 1) {
  const auto one = fault(text);
  Picker picker{base::Rng{seed}};
  std::vector<bool> picked;
  for (std::size_t i = 0; i < count; ++i) picked.push_back(picker.next(one));
  return picked;
}

// How often a run of this outcome was 1, 2 ... long; the last cell is all the longer.
std::vector<std::uint64_t> runs(const std::vector<bool>& picked, bool of, std::size_t cells) {
  std::vector<std::uint64_t> counts(cells);
  std::size_t length = 0;
  for (const bool one : picked) {
    if (one == of) {
      ++length;
    } else if (length > 0) {
      ++counts[std::min(length, cells) - 1];
      length = 0;
    }
  }
  return counts;
}

double share(const std::vector<bool>& picked) {
  return static_cast<double>(std::ranges::count(picked, true)) / static_cast<double>(picked.size());
}

TEST(Pattern, EachByItselfIsPickedAtItsRateAndItsRunsAreGeometric) {
  const auto picked = picks("loss 20%");
  const auto hits = static_cast<std::uint64_t>(std::ranges::count(picked, true));
  EXPECT_TRUE(fits({hits, kPicks - hits}, {0.2, 0.8}));
  EXPECT_FALSE(fits({hits, kPicks - hits}, {0.21, 0.79}));
  EXPECT_TRUE(fits(runs(picked, true, 5), geometric(0.8, 5)));
  EXPECT_TRUE(fits(runs(picked, false, 12), geometric(0.2, 12)));
  EXPECT_FALSE(fits(runs(picked, true, 5), geometric(0.77, 5)));
}

TEST(Pattern, CorrelationLengthensRunsAndLeavesTheRate) {
  const auto picked = picks("loss 20% correlation 50%");
  EXPECT_NEAR(share(picked), 0.2, 0.006);
  // A run goes on by the same luck, or by new luck that is the same.
  EXPECT_TRUE(fits(runs(picked, true, 12), geometric(0.5 * 0.8, 12)));
  EXPECT_TRUE(fits(runs(picked, false, 20), geometric(0.5 * 0.2, 20)));
  EXPECT_FALSE(fits(runs(picked, true, 12), geometric(0.8, 12)));
  EXPECT_FALSE(fits(runs(picks("loss 20%"), true, 12), geometric(0.5 * 0.8, 12)));
}

TEST(Pattern, OfGilbertElliottBadTimesEndByChance) {
  // Everything is lost while it is bad: a run is a visit there.
  const auto picked = picks("loss gemodel 2% 25%");
  EXPECT_TRUE(fits(runs(picked, true, 12), geometric(0.25, 12)));
  EXPECT_TRUE(fits(runs(picked, false, 60), geometric(0.02, 60)));
  EXPECT_NEAR(share(picked), 0.02 / 0.27, 0.004);
  EXPECT_FALSE(fits(runs(picked, true, 12), geometric(0.27, 12)));
}

TEST(Pattern, OfGilbertElliottLossInBadAndInGoodAddUp) {
  const auto picked = picks("loss gemodel 5% 20% 50% 1%");
  EXPECT_NEAR(share(picked), 0.2 * 0.5 + 0.8 * 0.01, 0.005);
  EXPECT_NEAR(long_run(fault("loss gemodel 5% 20% 50% 1%")).share, 0.108, 1e-9);
}

TEST(Pattern, TheFourStatesGoAsTheirChancesSay) {
  // No good times within a burst: a run is the time in 3, or one in 4.
  const auto picked = picks("loss state 2% 25% 0% 100% 1%");
  const auto lost = runs(picked, true, 10);
  std::vector<double> shares = geometric(0.25, 10);
  for (auto& each : shares) each *= 2.0 / 3;
  shares[0] += 1.0 / 3;
  EXPECT_TRUE(fits(lost, shares));
  EXPECT_FALSE(fits(lost, geometric(0.25, 10)));
  // With them: a step in 3 is followed by another, by a run of good ones, or by the end.
  const auto burst = picks("loss state 2% 25% 15% 40%");
  EXPECT_TRUE(fits(runs(burst, true, 10), geometric(0.4, 10)));
  const double good = 0.02 / 0.25 * 0.15 / 0.4, bad = 0.02 / 0.25;
  EXPECT_NEAR(long_run(fault("loss state 2% 25% 15% 40%")).share, bad / (1 + bad + good), 1e-9);
  EXPECT_NEAR(share(burst), bad / (1 + bad + good), 0.005);
}

TEST(Pattern, OneChanceAloneIsTheIndependentModel) {
  for (const auto text : {"loss state 20%", "loss gemodel 20%"}) {
    const auto picked = picks(text);
    EXPECT_TRUE(fits(runs(picked, true, 5), geometric(0.8, 5))) << text;
    EXPECT_TRUE(fits(runs(picked, false, 12), geometric(0.2, 12))) << text;
  }
}

TEST(Pattern, EveryNthIsPicked) {
  EXPECT_EQ(picks("drop every 3", 7), (std::vector<bool>{0, 0, 1, 0, 0, 1, 0}));
  const auto half = picks("drop 50% every 3");
  EXPECT_NEAR(share(half), 1.0 / 6, 0.004);
  for (std::size_t i = 0; i < half.size(); ++i) ASSERT_TRUE(!half[i] || i % 3 == 2);
}

TEST(Pattern, ABurstIsSoLongAndTheTimeBetweenIsByChance) {
  const auto picked = picks("loss 5% burst 4");
  // Right behind a burst the next may begin.
  std::vector<std::uint64_t> bursts(12);
  const auto all = runs(picked, true, 13);
  for (std::size_t i = 0; i < 12; ++i) {
    if (i % 4 != 3) {
      EXPECT_EQ(all[i], 0u) << i + 1;
    }
  }
  EXPECT_TRUE(fits({all[3], all[7], all[11] + all[12]}, geometric(0.95, 3)));
  EXPECT_TRUE(fits(runs(picked, false, 20), geometric(0.05, 20)));
  EXPECT_FALSE(fits(runs(picked, false, 20), geometric(0.06, 20)));
  EXPECT_NEAR(share(picked), 4 / (4 + 0.95 / 0.05), 0.006);
}

// 400 stretches of 2000: how their counts scatter, over how independent picks would.
double spread_of(std::string_view text, double share) {
  constexpr std::size_t kStretches = 400, kLength = 2000;
  const auto picked = picks(text, kStretches * kLength, 7);
  double squares = 0;
  for (std::size_t i = 0; i < kStretches; ++i) {
    const auto begin = picked.begin() + static_cast<std::ptrdiff_t>(i * kLength);
    const auto count =
        static_cast<double>(std::count(begin, begin + static_cast<std::ptrdiff_t>(kLength), true));
    squares += (count - share * kLength) * (count - share * kLength);
  }
  return squares / kStretches / (kLength * share * (1 - share));
}

TEST(Pattern, ShareAndSpreadInTheLongRunAreAsCalculated) {
  for (const auto text :
       {"loss 5%", "loss 5% 50%", "loss gemodel 2% 25%", "loss gemodel 5% 20% 50% 1%",
        "loss state 2% 25% 0% 100% 1%", "loss state 2% 25% 15% 40%", "loss state 2% 25% 15% 40% 3%",
        "drop 50% every 3", "loss 5% burst 4", "loss 50% burst 2"}) {
    const auto wanted = long_run(fault(text));
    EXPECT_NEAR(share(picks(text)), wanted.share, 0.05 * wanted.share) << text;
    // A variance of 400 is off by 20 % hardly ever (2.8 deviations).
    EXPECT_NEAR(spread_of(text, wanted.share) / wanted.spread, 1, 0.22) << text;
  }
  EXPECT_GT(long_run(fault("loss 5% 50%")).spread, 2.9);
  EXPECT_EQ(long_run(fault("drop every 4")).spread, 0);
}

TEST(Pattern, WhatCannotGoOnHasALongRunToo) {
  for (const auto& [text, wanted] :
       {std::pair{"loss gemodel 0% 0% 100% 10%", 0.1}, std::pair{"loss state 0%", 0.0},
        std::pair{"loss state 10% 0%", 1.0}, std::pair{"loss state 10% 0% 50% 50%", 0.5},
        std::pair{"loss state 10% 0% 50% 0%", 0.0}, std::pair{"loss 0% burst 3", 0.0},
        std::pair{"loss 100% 100%", 1.0}, std::pair{"loss 100% burst 3", 1.0}}) {
    EXPECT_NEAR(long_run(fault(text)).share, wanted, 1e-9) << text;
    EXPECT_NEAR(share(picks(text)), wanted, 0.02) << text;
  }
}

}  // namespace
}  // namespace harness::link
