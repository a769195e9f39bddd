#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "harness/base/rng.h"
#include "harness/clock/instant.h"
#include "harness/event/trace.h"
#include "harness/matrix/probe.h"
#include "harness/matrix/state.h"
#include "harness/target/target.h"
#include "harness/wire/ip_address.h"

namespace harness::matrix {

// What one probe did to one state.
struct Cell {
  State state{};
  const Probe* probe = nullptr;
  std::string next_state{};            // The RFC's name.
  std::vector<std::string> emitted{};  // As spell() tells it, in order.
  std::uint32_t delivered = 0;         // Octets given to the application.
  std::string application{};           // What it was told: "EOF", "ECONNRESET" ...; often nothing.
  bool late = false;  // Timers of the state itself may have had a say: play it again.

  friend bool operator==(const Cell&, const Cell&) = default;
};

// How long the target is watched after the probe, of its own time.
inline constexpr clock::Duration kWatched = std::chrono::milliseconds{110};

// Brings a fresh target into the state by segments and calls, puts the probe to it, and tells what
// came of it. Delayed ACKs are off (TCP_QUICKACK). `trace` is cleared, and is the record of it.
// Throws std::runtime_error, a sentence, when the target does not get into the state.
Cell play(State, const Probe&, const target::Factory&, wire::IpVersion, std::uint64_t seed,
          event::Trace& trace);

}  // namespace harness::matrix
