#include "harness/target/netns/wall_clock.h"

#include <ctime>

namespace harness::target::netns {
namespace {

clock::Duration wall_time() {
  std::timespec t{};
  std::timespec_get(&t, TIME_UTC);
  return std::chrono::seconds{t.tv_sec} + std::chrono::nanoseconds{t.tv_nsec};
}

}  // namespace

WallClock::WallClock(const clock::Clock& clock) : clock_(clock) {
  // The tightest of a few: nothing came between its readings.
  auto best = measure();
  for (int i = 0; i < 15; ++i) {
    const auto again = measure();
    if (again.error < best.error) best = again;
  }
  offset_ = best.offset;
  error_ = best.error;
}

WallClock::Measurement WallClock::measure() const {
  const auto before = clock_.now().time_since_epoch();
  const auto wall = wall_time();
  const auto after = clock_.now().time_since_epoch();
  const auto half = (after - before) / 2;
  return {.offset = wall - (before + half), .error = half + clock::Duration{1}};
}

std::optional<clock::Duration> WallClock::moved() {
  const auto now = measure();
  const auto by = now.offset - offset_;
  if (std::chrono::abs(by) <= now.error + error_) return std::nullopt;
  offset_ = now.offset;
  error_ = now.error;
  return by;
}

}  // namespace harness::target::netns
