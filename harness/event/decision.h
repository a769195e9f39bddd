#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string_view>
#include <type_traits>

#include "harness/clock/instant.h"
#include "harness/event/trace.h"

namespace harness::event {

enum class Action : std::uint32_t {
  Drop,
  Delay,
  Hold,
  Duplicate,
  Corrupt,   // A bit is flipped, for each a decision.
  Truncate,  // The end is missing.
  Repair,    // Behind the two before: length and checksums are right again.
  TooBig,    // Lost, and its sender is told by an ICMP message.
};
inline constexpr std::size_t kActions = 8;
std::string_view name(Action);  // "drop" ...
std::optional<Action> action_named(std::string_view);

// What a fault of the link did to one datagram, the record's id. A datagram without a decision
// passed untouched.
struct Decision {
  std::uint32_t fault = 0;  // Its place in the link's list, from 0.
  Action action{};
  clock::Duration delay{};   // Delay: how long. Hold: how long at most.
  std::uint32_t behind = 0;  // Hold: how many later datagrams go first.
  std::uint32_t other = 0;   // Duplicate: the copy's id. Corrupt: which bit was flipped. Truncate:
                             // how many octets are left. TooBig: the message's id.

  friend bool operator==(const Decision&, const Decision&) = default;
};

static_assert(std::has_unique_object_representations_v<Decision>);  // It is kept as it lies.

Body keep(Trace&, const Decision&);
std::uint32_t append(Trace&, clock::Instant at, const Packet&, const Decision&);
Decision decision(const Trace&, const Record&);  // Pre: of that kind.

}  // namespace harness::event
