#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <optional>
#include <span>

#include "harness/wire/ip_address.h"

namespace harness::engine {

// The gateways by which an IPv4 datagram goes to its destination (RFC 791, 3.1, loose and strict
// source route; RFC 1122, 3.2.1.8).
struct SourceRoute {
  static constexpr std::uint8_t kLoose = 131, kStrict = 137;

  std::uint8_t kind = 0;
  std::uint8_t count = 0;               // 0: there is none.
  std::array<std::uint32_t, 9> hops{};  // The first comes first.

  bool empty() const { return count == 0; }
  // Of the IP options that say it: a multiple of 4.
  std::size_t size() const { return count == 0 ? 0 : 4u * (count + 1u); }
  friend bool operator==(const SourceRoute&, const SourceRoute&) = default;
};

// What the IP options of a datagram that arrived say.
struct ReceivedRoute {
  bool complete = true;  // If not, somebody else is the destination.
  SourceRoute back;      // The route by which an answer goes.
};
ReceivedRoute received_route(std::span<const std::byte> ip_options);

// The route in the value of IP_OPTIONS, as its application writes it: one option, its pointer 4,
// the gateways in the order in which they come; No Operation and End of Option List may stand
// beside it. An empty one for no octets. Nothing when it is anything else.
std::optional<SourceRoute> route_of_application(std::span<const std::byte>);
// The same back, into `to`; how many octets.
std::size_t write_for_application(const SourceRoute&, std::span<std::byte, 40> to);

// Makes of a datagram without IP options, sealed, the one that takes the route: its destination is
// the first gateway, and its own comes last in the option.
// Pre: a route; `to` is longer than `plain` by route.size().
void write_routed(const SourceRoute&, std::span<const std::byte> plain, std::span<std::byte> to);

}  // namespace harness::engine
