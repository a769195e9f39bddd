#pragma once

#include "harness/clock/instant.h"

namespace harness::clock {

// The one clock of a run. Virtual time jumps, real time waits.
class Clock {
 public:
  virtual ~Clock() = default;
  virtual Instant now() const = 0;
  // Returns at `until` or later; at once if that has passed.
  virtual void wait_until(Instant until) = 0;
};

class VirtualClock final : public Clock {
 public:
  Instant now() const override { return now_; }
  void wait_until(Instant until) override {
    if (now_ < until) now_ = until;
  }

 private:
  Instant now_{};
};

// CLOCK_MONOTONIC, counted from the construction of this object.
class SteadyClock final : public Clock {
 public:
  SteadyClock();
  Instant now() const override;
  void wait_until(Instant until) override;
  // When this clock shows what CLOCK_MONOTONIC, read by somebody else, did.
  Instant instant(Duration monotonic) const { return Instant{monotonic - origin_}; }

 private:
  Duration origin_;
};

}  // namespace harness::clock
