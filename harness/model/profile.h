#pragma once

#include <span>
#include <string_view>

#include "harness/model/limits.h"
#include "harness/model/quantities.h"

namespace harness::model {

// What is taken for granted of a kind of stack where the RFCs leave a figure open.
struct Profile {
  std::string_view name;                                    // As `--profile` has it.
  std::string_view says;                                    // For people, in one line.
  Time least_msl = 30 * kSecond, most_msl = 120 * kSecond;  // MUST-13 leaves the MSL to the stack.
  Time ack_delay = kAckDelay;  // The longest an acknowledgment may wait; MUST-40 caps it.
  Time throttle = kThrottle;   // So long after a challenge none need follow (RFC 5961, 7).
  Time least_rto = 0;          // No retransmission timer is shorter, whatever was measured.
  Time ts_tick_least = kMillisecond, ts_tick_most = kSecond;  // RFC 7323, 5.4.
  // It takes an empty segment at the very edge of its window, and an ICMP error about the very next
  // number, which by the RFCs are both beyond.
  bool takes_the_next = false;
  bool urgent_when_here = false;  // It tells of urgent data when that has come, and not before.
  Time granularity = 0;           // How late a timer may be, besides the run's own lateness.

  friend bool operator==(const Profile&, const Profile&) = default;
};

// Every profile; the first, "rfc", grants what the RFCs grant and nothing else.
std::span<const Profile> profiles();
// Null when there is none of exactly this name.
const Profile* profile_named(std::string_view name);

}  // namespace harness::model
