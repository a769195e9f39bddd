#pragma once

#include <cstdint>

#include "harness/event/trace.h"
#include "harness/model/limits.h"
#include "harness/model/quantities.h"
#include "harness/wire/ip_address.h"

namespace harness::model {

// What is taken for granted of a run, from its Start record alone.
struct Assumptions {
  bool virtual_time = false;
  bool calls_recorded = false;       // What the application did is in the trace, all of it.
  bool lossless = false;             // What reached the edge reached the TCP behind it, at once.
  Time slack = 0;                    // Timers of a real clock fire late, never early.
  Time reaction = 5 * kMillisecond;  // "At once": as long as a run goes on watching at its end.
  Time least_msl = 30 * kSecond, most_msl = 120 * kSecond;  // MUST-13 leaves the MSL to the stack.
  std::int64_t mtu = 1500;
  wire::IpAddress local{};  // Unspecified: any.

  friend bool operator==(const Assumptions&, const Assumptions&) = default;
};

Assumptions assumptions_of(const event::Trace&);

}  // namespace harness::model
