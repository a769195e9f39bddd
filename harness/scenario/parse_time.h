#pragma once

#include <optional>

#include "harness/scenario/cursor.h"
#include "harness/scenario/ir.h"

namespace harness::scenario {

// Longer than any scenario: the sum of all its times stays far from the end of clock::Instant.
inline constexpr clock::Duration kLongest = std::chrono::seconds{10'000'000};

// Whether a time, and with it an event, begins here.
bool at_time(const Cursor&);

// T, +T, T1~T2, +T1~+T2, T1...T2, * -- in seconds, cut to microseconds.
When parse_when(Cursor&);

// A number of seconds without sign.
clock::Duration parse_seconds_here(Cursor&);

// What must hold between the times of a script. Steps come in their order.
class Timeline {
 public:
  Timeline() = default;
  // Of steps that go on behind others: the first need not be at time 0.
  static Timeline behind_others() {
    Timeline timeline;
    timeline.behind_others_ = true;
    return timeline;
  }
  // `at` is where the time stands, `used` whether in a file that another one uses.
  void add(const When&, std::size_t at, bool used, Cursor&);
  // A step that itself takes so long.
  void take(clock::Duration, std::size_t at, Cursor&);

 private:
  bool any_ = false, behind_others_ = false;
  std::optional<clock::Duration> absolute_;  // Of the step before, if that was one.
  clock::Duration total_{};
};

}  // namespace harness::scenario
