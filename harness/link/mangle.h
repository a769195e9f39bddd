#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <span>
#include <vector>

#include "harness/base/bytes.h"
#include "harness/base/rng.h"
#include "harness/event/trace.h"

namespace harness::link {

// Up to `count` different bits of a datagram, by chance: of these fields (field::) of its TCP
// segment, or, if `fields` is 0, of all that is behind its IP header. Fewer when there are no more;
// none when it has none of the fields.
std::vector<std::uint32_t> choose_bits(event::Span datagram, std::uint16_t fields,
                                       std::uint32_t count, base::Rng&);
void flip(std::span<std::byte> datagram, std::uint32_t bit);

// How many octets are left of a datagram whose end is cut off by chance: its IP header at least,
// not all. Nothing when there is nothing behind the header.
std::optional<std::uint32_t> choose_cut(event::Span datagram, base::Rng&);

// Makes the length in the IP header and the checksums of IPv4 and TCP right. False when what is
// there is no IP, or no TCP header to hold a checksum; the rest is right then.
bool repair(std::span<std::byte> datagram);

// What a router says that cannot pass the datagram on (RFC 792 and 1191; RFC 4443, 3.2): to its
// source, in the name of its destination. Empty when it is no IP.
base::Bytes too_big(event::Span datagram, std::uint32_t mtu);

}  // namespace harness::link
