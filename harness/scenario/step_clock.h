#pragma once

#include <optional>

#include "harness/clock/instant.h"
#include "harness/scenario/ir.h"

namespace harness::scenario {

// When the steps of a script are due: its absolute, relative and open times as instants of the run.
class StepClock {
 public:
  explicit StepClock(const Options& options) : options_(options) {}

  // The script begins.
  bool started() const { return start_.has_value(); }
  void start(clock::Instant now) { start_ = end_of_last_ = last_send_ = now; }

  // The next step, which sends a packet or does not. Nothing is changed when it is known already.
  void schedule(const When&, bool sends);
  bool scheduled() const { return scheduled_; }
  // It is over; relative times count from here, unless the step before ended later.
  void finish(clock::Instant at);
  // Time went by without a step: whatever comes next counts from here.
  void rest(clock::Instant until);

  clock::Instant earliest() const { return earliest_; }
  clock::Instant latest() const { return latest_; }         // kNever: at any time.
  clock::Duration tolerance() const { return tolerance_; }  // Granted at both ends.
  clock::Duration tolerance_of(clock::Duration gap) const;
  clock::Instant end_of_last() const { return end_of_last_; }

 private:
  const Options& options_;
  std::optional<clock::Instant> start_;
  clock::Instant end_of_last_;     // The end of the step before.
  clock::Instant last_send_;       // When the last `<` packet was due ...
  bool after_send_ = false;        // ... if the step before was one.
  clock::Duration script_time_{};  // Of the step at hand, as the script counts.
  bool scheduled_ = false, sends_ = false;
  clock::Instant earliest_, latest_;
  clock::Duration tolerance_{};
};

}  // namespace harness::scenario
