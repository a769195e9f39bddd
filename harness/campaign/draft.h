#pragma once

#include <cstdint>
#include <optional>

#include "harness/campaign/strand.h"
#include "harness/clock/instant.h"
#include "harness/event/trace.h"
#include "harness/target/target.h"
#include "harness/wire/flags.h"

namespace harness::campaign {

// A segment a peer is about to send on a strand; places count from the ISNs of its two sides.
struct Draft {
  // What is wrong with it, so that no TCP takes it as it stands.
  enum class Flaw : std::uint8_t { None, Checksum, DataOffset, OptionLength };

  Place seq = 0, ack = 0;
  wire::Flags flags{};
  std::uint32_t length = 0;
  std::uint16_t window = 0, urgent = 0;  // As they stand in the header.
  bool offers = false;                   // The options of a SYN.
  std::optional<std::uint8_t> shift{};   // Another window scale than the SYN offers.
  bool stamped = false;
  std::uint32_t stamp_back = 0;  // So much older than now is the timestamp.
  bool sacks = false;            // What came early is reported.
  std::uint8_t reserved = 0;
  Flaw flaw = Flaw::None;

  Place end() const { return seq + length + flags.syn() + flags.fin(); }
};

// What a peer that keeps the RFCs sends: everything before seq is out, everything that came is
// acknowledged, timestamps and SACK as agreed.
Draft plain(const Strand&, wire::Flags);

// The window field for so many octets.
std::uint16_t window_field(const Strand&, std::uint32_t octets);

// What of its text the link can carry: no more than the MTU leaves beside the headers.
std::uint32_t fitting(const Draft&, const Strand&, const target::Host&);

// Puts it into the trace's store. Payload is the peer's stream at its place. Pre: its length fits.
event::Body lay(const Draft&, const Strand&, const target::Host&, clock::Instant now,
                event::Trace&);

}  // namespace harness::campaign
