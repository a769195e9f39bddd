#pragma once

#include <cstdint>

#include "harness/event/trace.h"
#include "harness/model/limits.h"
#include "harness/model/profile.h"
#include "harness/model/quantities.h"
#include "harness/wire/ip_address.h"

namespace harness::model {

// What is taken for granted of a run: from its records alone, and from the profile of its target.
struct Assumptions {
  Profile profile{};
  bool virtual_time = false;
  bool calls_recorded = false;       // What the application did is in the trace, all of it.
  bool lossless = false;             // What reached the edge reached the TCP behind it, at once.
  Time slack = 0;                    // Timers of a real clock fire late, never early.
  Time reaction = 5 * kMillisecond;  // "At once": as long as a run goes on watching at its end.
  std::int64_t mtu = 1500;
  bool mtu_known = false;   // It is on record.
  wire::IpAddress local{};  // Unspecified: any.

  friend bool operator==(const Assumptions&, const Assumptions&) = default;
};

Assumptions assumptions_of(const event::Trace&, const Profile&);
// With the profile of the target's own name if there is one, else "rfc".
Assumptions assumptions_of(const event::Trace&);

}  // namespace harness::model
