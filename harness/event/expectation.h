#pragma once

#include <cstdint>
#include <optional>
#include <string>

#include "harness/base/bytes.h"
#include "harness/event/status.h"
#include "harness/event/trace.h"
#include "harness/wire/segment_spec.h"

namespace harness::event {

enum class Expected : std::uint8_t {
  Packet,   // A segment, within a time.
  Reply,    // A result of a call, within a time.
  State,    // A connection in this state. `met` is the reply to a Status call.
  Silence,  // No segment within a time. `met` is the first that came all the same.
  OnTime,   // We ourselves act within a time. `met` is what we did: lateness is the tool's own.
  Nothing,  // No segment is left at the end. `met` is one that nothing in the script accounts for.
};

// Where a script says something: to be printed as file:line:column.
struct Place {
  std::string file;
  std::uint32_t line = 0, column = 0;  // From 1.

  std::string print() const;
  friend bool operator==(const Place&, const Place&) = default;
};

// What a script wanted, all numbers resolved, and the record it is to be compared with. Complete:
// a checker needs nothing of the script.
struct Expectation {
  Expected what{};
  Place place{};
  std::string text{};             // The line, as written.
  clock::Instant earliest{};      // Both inclusive ...
  clock::Instant latest{};        // ... kNever: at any time.
  clock::Duration tolerance{};    // Granted beyond both ends.
  std::uint32_t met = kNoRecord;  // None came.
  std::optional<Body> joined{};   // Packet: several segments glued into one datagram.

  wire::SegmentSpec segment{};           // Packet.
  wire::PrintBase base{};                // Packet: what the script counts from.
  std::optional<std::int64_t> result{};  // Reply, here and below; absent: don't care.
  std::optional<std::int32_t> error{};
  std::optional<std::uint32_t> flags{};
  std::optional<base::Bytes> data{};
  TcpState state{};  // State.
};

// Whether any instant at which the record may have happened lies in the time wanted.
bool in_time(const Expectation&, const Record&);
// Whether the script got what it wanted. Why not, in words, is the oracle's to say.
bool holds(const Trace&, const Expectation&);

Body keep(Trace&, const Expectation&);
// Record.at is when the script found out; Record.cause is `met`.
std::uint32_t append(Trace&, clock::Instant at, const Expectation&);
Expectation expectation(const Trace&, const Record&);  // Pre: of that kind.

}  // namespace harness::event
