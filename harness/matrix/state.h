#pragma once

#include <cstdint>
#include <optional>
#include <span>
#include <string_view>

namespace harness::matrix {

// What a connection is in when the probe comes: the states of RFC 9293, 3.3.2, and two that differ
// though their names do not.
enum class State : std::uint8_t {
  Closed,  // A port nobody listens on.
  Listen,
  SynSent,
  SynReceived,        // From LISTEN.
  SynReceivedActive,  // From SYN-SENT: a simultaneous open.
  Established,
  EstablishedUnacked,  // Ten octets of the target's own are in flight.
  FinWait1,
  FinWait2,
  CloseWait,
  Closing,
  LastAck,
  TimeWait,
};
inline constexpr std::uint16_t kOctetsInFlight = 10;

std::span<const State> states();  // 13 of them, in this order.
std::string_view name(State);     // "SYN-RECEIVED-active", "ESTABLISHED+unacked".
std::optional<State> state_named(std::string_view);

}  // namespace harness::matrix
