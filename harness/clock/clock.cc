#include "harness/clock/clock.h"

#include <time.h>

#include <cerrno>

namespace harness::clock {
namespace {

Duration monotonic() {
  timespec t{};
  clock_gettime(CLOCK_MONOTONIC, &t);
  return std::chrono::seconds{t.tv_sec} + std::chrono::nanoseconds{t.tv_nsec};
}

}  // namespace

SteadyClock::SteadyClock() : origin_(monotonic()) {}

Instant SteadyClock::now() const { return Instant{monotonic() - origin_}; }

void SteadyClock::wait_until(Instant until) {
  const auto at = until.time_since_epoch() + origin_;
  const auto whole = std::chrono::floor<std::chrono::seconds>(at);
  const timespec t{.tv_sec = static_cast<time_t>(whole.count()),
                   .tv_nsec = static_cast<long>((at - whole).count())};
  while (clock_nanosleep(CLOCK_MONOTONIC, TIMER_ABSTIME, &t, nullptr) == EINTR) {
  }
}

}  // namespace harness::clock
