#pragma once

#include <cstddef>
#include <optional>
#include <span>
#include <string>
#include <vector>

#include "harness/scenario/cursor.h"
#include "harness/scenario/ir.h"
#include "harness/wire/craft.h"
#include "harness/wire/ip_address.h"

namespace harness::scenario {

// Type and code of an ICMP error.
struct IcmpKind {
  std::uint8_t type = 0, code = 0;
  friend bool operator==(const IcmpKind&, const IcmpKind&) = default;
};

// What the words of a script are in this version of IP: what they name there, or else what a
// translator makes of what they name in the other (RFC 7915, 4.2 and 5.2). Nothing when that has no
// equal: Source Quench and Redirect over IPv6.
std::optional<IcmpKind> icmp_kind(const IcmpPart&, wire::IpVersion);

// Why these steps cannot be played over this version of IP, or nothing: an ICMP message that it
// lacks, or broadcast.
std::optional<std::string> missing_in(wire::IpVersion, const std::vector<Step>&);

// Behind the word `icmp`: TYPE [CODE] [mtu N] ['[' a:b(n) ']'], without what is in the brackets.
IcmpPart parse_icmp_words(Cursor&);

// The whole datagram of such a step, about this one: it quotes the IP header and 8 octets.
// Pre: icmp_kind() has one for the version of `ip`, and the step's `icmp` is there.
base::Bytes craft_icmp(const PacketStep&, const wire::IpHeader& ip,
                       std::span<const std::byte> about);

}  // namespace harness::scenario
