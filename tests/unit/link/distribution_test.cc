#include "harness/link/distribution.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <cmath>
#include <functional>
#include <vector>

#include "harness/link/quantiles.h"
#include "tests/unit/link/statistics.h"

namespace harness::link {
namespace {

using namespace std::chrono_literals;

constexpr int kDraws = 100'000;

double pareto_share(double below) {
  const double x = below * std::sqrt(0.75) + 1.5;  // Back to shape 3 from 1 on.
  return x <= 1 ? 0 : 1 - 1 / (x * x * x);
}

// Of draws in deviations from the middle: how many lie between these ends.
std::vector<std::uint64_t> cells(const Delay& delay, const std::vector<double>& ends) {
  base::Rng rng{5};
  std::vector<std::uint64_t> counts(ends.size() + 1);
  const auto middle = (delay.least + delay.most) / 2, jitter = (delay.most - delay.least) / 2;
  for (int i = 0; i < kDraws; ++i) {
    const double off = static_cast<double>((draw(delay, rng) - middle).count()) /
                       static_cast<double>(jitter.count());
    ++counts[static_cast<std::size_t>(std::ranges::lower_bound(ends, off) - ends.begin())];
  }
  return counts;
}

std::vector<double> shares(const std::vector<double>& ends,
                           const std::function<double(double)>& below) {
  std::vector<double> all;
  double last = 0;
  for (const double end : ends) {
    all.push_back(below(end) - last);
    last = below(end);
  }
  all.push_back(1 - last);
  return all;
}

Delay of(Shape shape) { return {.least = 90ms, .most = 110ms, .shape = shape}; }

const std::vector<double> kNormalEnds = {-2.5, -2, -1.5, -1, -0.5, 0, 0.5, 1, 1.5, 2, 2.5, 3};
const std::vector<double> kParetoEnds = {-0.5, -0.4, -0.3, -0.2, -0.1, 0, 0.25, 0.5, 1, 2, 4, 8};

TEST(Distribution, UniformFillsItsRangeEvenly) {
  const std::vector<double> ends = {-0.8, -0.6, -0.4, -0.2, 0, 0.2, 0.4, 0.6, 0.8};
  const auto even = [](double below) { return (below + 1) / 2; };
  EXPECT_TRUE(fits(cells(of(Shape::Uniform), ends), shares(ends, even)));
  EXPECT_FALSE(fits(cells(of(Shape::Normal), ends), shares(ends, even)));
}

TEST(Distribution, NormalHasItsQuantiles) {
  const auto counts = cells(of(Shape::Normal), kNormalEnds);
  EXPECT_TRUE(fits(counts, shares(kNormalEnds, normal_share)));
  const auto wider = [](double below) { return normal_share(below / 1.02); };
  EXPECT_FALSE(fits(counts, shares(kNormalEnds, wider)));
}

TEST(Distribution, ParetoHasItsQuantiles) {
  const auto counts = cells(of(Shape::Pareto), kParetoEnds);
  EXPECT_TRUE(fits(counts, shares(kParetoEnds, pareto_share)));
  const auto wider = [](double below) { return pareto_share(below / 1.02); };
  EXPECT_FALSE(fits(counts, shares(kParetoEnds, wider)));
  EXPECT_FALSE(
      fits(cells(of(Shape::ParetoNormal), kParetoEnds), shares(kParetoEnds, pareto_share)));
}

// A quarter of the one and three quarters of the other, by the sum over what the first may be.
TEST(Distribution, ParetoNormalIsTheSumOfItsParts) {
  const auto below = [](double end) {
    double sum = 0;
    for (int i = 0; i < 2000; ++i) {
      const double x = -5 + (i + 0.5) / 200;
      sum += (normal_share(x + 0.0025) - normal_share(x - 0.0025)) *
             pareto_share((end - x / 4) / 0.75);
    }
    return sum;
  };
  const std::vector<double> ends = {-0.8, -0.6, -0.5, -0.4, -0.3, -0.2, 0, 0.25, 0.5, 1, 2, 4};
  const auto counts = cells(of(Shape::ParetoNormal), ends);
  EXPECT_TRUE(fits(counts, shares(ends, below)));
  EXPECT_FALSE(fits(cells(of(Shape::Pareto), ends), shares(ends, below)));
}

TEST(Distribution, NothingIsEarlierThanItWasSent) {
  base::Rng rng{9};
  int at_once = 0;
  for (int i = 0; i < 10'000; ++i) {
    const auto delay = draw({.least = -4ms, .most = 6ms, .shape = Shape::Normal}, rng);
    ASSERT_GE(delay, 0ms);
    at_once += delay == 0ms ? 1 : 0;
  }
  // What is 0.2 deviations below the middle and more.
  EXPECT_NEAR(at_once, 10'000 * normal_share(-0.2), 180);
}

TEST(Distribution, TheTablesHoldTheQuantilesTheySay) {
  for (std::size_t i = 0; i < kNormal.size(); ++i) {
    const double share =
        std::min(std::max(static_cast<double>(i) / 1024, 1.0 / 8192), 1 - 1.0 / 8192);
    const double normal = kNormal[i] / 65536.0, pareto = kPareto[i] / 65536.0;
    // Half a unit off, at the slope there.
    EXPECT_NEAR(normal_share(normal), share, 4e-6) << i;
    EXPECT_NEAR(pareto_share(pareto), share, 2e-5) << i;
  }
}

}  // namespace
}  // namespace harness::link
