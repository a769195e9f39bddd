#pragma once

#include <cmath>
#include <cstdint>
#include <numbers>
#include <vector>

// How well counts fit a claim about them. Every test that uses this has a fixed seed, so what fits
// once fits always; each shows that a claim which is somewhat off does not fit.
namespace harness::link {

// Pearson's sum over cells that are each expected some times.
inline double chi_square(const std::vector<std::uint64_t>& counts,
                         const std::vector<double>& expected) {
  double sum = 0;
  for (std::size_t i = 0; i < counts.size(); ++i) {
    const double off = static_cast<double>(counts[i]) - expected[i];
    sum += off * off / expected[i];
  }
  return sum;
}

// What chance exceeds once in 10,000 times, with so many cells that add up to a known number
// (Wilson and Hilferty's approximation; 3.719 is that quantile of the normal distribution).
inline double critical(std::size_t cells) {
  const double k = static_cast<double>(cells - 1);
  const double root = 1 - 2 / (9 * k) + 3.719 * std::sqrt(2 / (9 * k));
  return k * root * root * root;
}

inline bool fits(const std::vector<std::uint64_t>& counts, const std::vector<double>& shares) {
  double all = 0;
  for (const auto count : counts) all += static_cast<double>(count);
  std::vector<double> expected;
  for (const double share : shares) expected.push_back(share * all);
  return chi_square(counts, expected) < critical(counts.size());
}

// Lengths 1, 2 ... of runs that end at each step with this chance; the last cell is all the longer.
inline std::vector<double> geometric(double ends, std::size_t cells) {
  std::vector<double> shares;
  double left = 1;
  for (std::size_t i = 0; i + 1 < cells; ++i) {
    shares.push_back(left * ends);
    left -= shares.back();
  }
  shares.push_back(left);
  return shares;
}

inline double normal_share(double below) { return 0.5 * std::erfc(-below / std::numbers::sqrt2); }

}  // namespace harness::link
