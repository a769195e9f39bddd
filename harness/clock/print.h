#pragma once

#include <expected>
#include <string>
#include <string_view>

#include "harness/clock/instant.h"

namespace harness::clock {

// Seconds with microseconds, or with nanoseconds where those are not whole: "0.203000", "-1.5".
std::string seconds(Duration);
inline std::string seconds(Instant at) { return seconds(at.time_since_epoch()); }

// For people: "0.203 s", "40 ms", "3 us".
std::string human(Duration);

// Reads what seconds() writes, and any decimal number of seconds; digits below a nanosecond are
// cut. The error is a sentence without a place.
std::expected<Duration, std::string> parse_seconds(std::string_view);

}  // namespace harness::clock
