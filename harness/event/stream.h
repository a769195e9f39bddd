#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <span>

#include "harness/event/call.h"

namespace harness::event {

// What every stream of octets in a run is made of: each octet follows from its place alone, and is
// never zero. Two places hold the same octet one time in 254, however far they lie apart, so that a
// shift, a gap, a repeat or a swap shows within a few octets. Position 0 is the octet behind the
// SYN.
inline constexpr std::uint32_t kFromPeer = 0, kFromApplication = 1;

std::byte stream_octet(std::uint64_t position, std::uint32_t stream);

// The octets from `position` on.
void fill_stream(std::span<std::byte>, std::uint64_t position, std::uint32_t stream);

// The first of `got` that is not the stream's from `position` on; nothing when all are.
std::optional<std::size_t> first_difference(Span got, std::uint64_t position, std::uint32_t stream);

}  // namespace harness::event
