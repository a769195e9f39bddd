#include "harness/link/score.h"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>

namespace harness::link {
namespace {

constexpr double kDeviations = 1.959964;  // Of the normal distribution, 95 % lie within.

}  // namespace

Score score(const Fault& fault, const Tally& tally) {
  const auto expected = long_run(fault);
  return {.fault = print(fault),
          .by_chance = by_chance(fault),
          .asked = expected.share,
          .spread = expected.spread,
          .met = tally.met,
          .struck = tally.struck};
}

std::vector<Score> scores(const Link& link) {
  std::vector<Score> all;
  for (std::size_t i = 0; i < link.faults().size(); ++i) {
    all.push_back(score(link.faults()[i], link.tallies()[i]));
  }
  return all;
}

void add(std::vector<Score>& sum, const std::vector<Score>& more) {
  for (const Score& score : more) {
    const auto same = std::ranges::find(sum, score.fault, &Score::fault);
    if (same == sum.end()) {
      sum.push_back(score);
    } else {
      same->met += score.met;
      same->struck += score.struck;
    }
  }
}

Interval interval(const Score& score) {
  if (score.met == 0) return {};
  const double share = static_cast<double>(score.struck) / static_cast<double>(score.met);
  if (score.spread <= 0) return {share, share};
  const double n = static_cast<double>(score.met) / score.spread, z = kDeviations * kDeviations;
  const double middle = (share + z / (2 * n)) / (1 + z / n);
  const double half =
      kDeviations / (1 + z / n) * std::sqrt(share * (1 - share) / n + z / (4 * n * n));
  return {std::max(middle - half, 0.0), std::min(middle + half, 1.0)};
}

std::string print(const Score& score) {
  auto text = fmt::format("{}: struck {} of {} it met", score.fault, score.struck, score.met);
  if (!score.by_chance || score.met == 0) return text;
  const auto [low, high] = interval(score);
  const double share = static_cast<double>(score.struck) / static_cast<double>(score.met);
  return text + fmt::format(", {:.2f} % (95 %: {:.2f} to {:.2f}), asked for {:.2f} %", 100 * share,
                            100 * low, 100 * high, 100 * score.asked);
}

}  // namespace harness::link
