#pragma once

#include <cstdint>
#include <limits>

#include "harness/clock/instant.h"

namespace harness::event {

enum class Direction : std::uint8_t { ToTarget, FromTarget };
constexpr Direction opposite(Direction d) {
  return d == Direction::ToTarget ? Direction::FromTarget : Direction::ToTarget;
}

enum class Kind : std::uint8_t {
  Call,         // What the application asked (call.h).
  Reply,        // What it was told. `cause` is what brought it about; `id` says which call.
  Packet,       // A datagram at the target's own edge.
  PeerPacket,   // A datagram at the peer's end of the link.
  Decision,     // What the link did to a datagram (decision.h).
  Expectation,  // What a script wanted, and what it found (expectation.h).
  Note,         // Text, for people.
  End,          // Why the run ended (end.h). The last record of every finished run.
  Start,        // What is known of run and target (start.h). The first record of every run.
};

// Where a record's octets lie in the trace's store.
struct Body {
  std::uint32_t offset = 0, length = 0;
  friend constexpr bool operator==(Body, Body) = default;
};

inline constexpr std::uint32_t kNoRecord = std::numeric_limits<std::uint32_t>::max();

// One line of the record of a run: 32 octets, its body in the store.
struct Record {
  clock::Instant at{};  // The earliest instant it can have happened ...
  // ... and how much later at most, in ns. 0 on virtual time; the largest value: nobody knows.
  std::uint32_t within = 0;
  Body body{};
  std::uint32_t cause = kNoRecord;  // The record that led to it.
  std::uint32_t id = 0;             // Of a datagram: its first record. Of call and reply: Call::id.
  std::uint16_t gso_size = 0;       // Not 0: several segments in one datagram.
  Kind kind{};
  Direction direction{};
};
static_assert(sizeof(Record) == 32);

constexpr std::uint32_t within(clock::Instant before, clock::Instant after) {
  const auto ns = (after - before).count();
  constexpr auto kMost = std::int64_t{std::numeric_limits<std::uint32_t>::max()};
  return static_cast<std::uint32_t>(ns < 0 ? 0 : ns > kMost ? kMost : ns);
}

// A datagram on its way, by name; the octets stay where they are.
struct Packet {
  Direction direction{};
  std::uint32_t id = 0;  // Names the datagram through link, log and replay: its first record.
  std::uint16_t gso_size = 0;
  Body body{};
};

}  // namespace harness::event
