#include "harness/link/distribution.h"

#include <algorithm>
#include <array>

#include "harness/link/quantiles.h"

namespace harness::link {
namespace {

__extension__ using Wide = __int128;

// In 1/65536 of a standard deviation.
std::int64_t deviation(const std::array<std::int32_t, 1025>& quantiles, base::Rng& rng) {
  const auto draw = rng.next();
  const auto bin = static_cast<std::size_t>(draw >> 54);
  const auto between = static_cast<std::int64_t>(draw >> 22 & 0xFFFF'FFFF);
  const std::int64_t low = quantiles[bin], step = quantiles[bin + 1] - low;
  return low + (step * between >> 32);
}

std::int64_t deviation(Shape shape, base::Rng& rng) {
  if (shape == Shape::Normal) return deviation(kNormal, rng);
  if (shape == Shape::Pareto) return deviation(kPareto, rng);
  const auto normal = deviation(kNormal, rng);
  return (normal + 3 * deviation(kPareto, rng)) / 4;
}

}  // namespace

clock::Duration draw(const Delay& delay, base::Rng& rng) {
  const auto width = (delay.most - delay.least).count();
  std::int64_t drawn = 0;
  if (delay.shape == Shape::Uniform) {
    const auto steps = static_cast<std::uint64_t>(width) + 1;
    drawn = delay.least.count() + static_cast<std::int64_t>(rng.below(steps));
  } else {
    const auto off = Wide{deviation(delay.shape, rng)} * (width / 2) >> 16;
    drawn = delay.least.count() + width / 2 + static_cast<std::int64_t>(off);
  }
  return clock::Duration{std::max<std::int64_t>(drawn, 0)};
}

}  // namespace harness::link
