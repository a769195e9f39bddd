#pragma once

#include <chrono>

namespace harness::clock {

using Duration = std::chrono::nanoseconds;

// Time zero is the start of the run.
struct RunEpoch {
  using duration = Duration;
};
using Instant = std::chrono::time_point<RunEpoch, Duration>;

inline constexpr Instant kStart{};
inline constexpr Instant kNever = Instant::max();

using namespace std::chrono_literals;

}  // namespace harness::clock
