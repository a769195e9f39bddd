#pragma once

#include <cstdint>
#include <limits>

namespace harness::model {

// A place in a stream, counted from its SYN: 0 is the SYN, 1 the first octet behind it. 64 bits, so
// that nothing here ever wraps and every number has an order.
using Offset = std::int64_t;
inline constexpr Offset kNowhere = -1;

// Nanoseconds since the start of the run.
using Time = std::int64_t;
inline constexpr Time kNoTime = std::numeric_limits<Time>::max();
inline constexpr Time kMillisecond = 1'000'000, kSecond = 1'000'000'000;

// What a record says of its time: some instant in here, both ends included.
struct Moment {
  Time from = 0, until = 0;
};

// Octets [from, to).
struct Range {
  Offset from = 0, to = 0;
  friend constexpr bool operator==(Range, Range) = default;
};

// Whether a thing is so in the target, as far as the evidence goes.
enum class Certainty : std::uint8_t { No, Maybe, Yes };
constexpr Certainty weaker(Certainty a, Certainty b) { return a < b ? a : b; }

}  // namespace harness::model
