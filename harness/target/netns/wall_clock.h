#pragma once

#include <optional>

#include "harness/clock/clock.h"
#include "harness/clock/instant.h"

namespace harness::target::netns {

// Translates the kernel's times of packets, CLOCK_REALTIME, into instants of the run. Both clocks
// run at one rate, whatever NTP does to it; only somebody who sets the time moves one of them.
class WallClock {
 public:
  explicit WallClock(const clock::Clock&);

  clock::Instant instant(clock::Duration wall) const { return clock::Instant{wall - offset_}; }
  // How far instant() may be off, to either side.
  clock::Duration error() const { return error_; }
  // Measures again. By how much the time was set meanwhile, if it was: what was stamped since the
  // last measurement cannot be placed.
  std::optional<clock::Duration> moved();

 private:
  struct Measurement {
    clock::Duration offset, error;
  };
  Measurement measure() const;

  const clock::Clock& clock_;
  clock::Duration offset_, error_;
};

}  // namespace harness::target::netns
