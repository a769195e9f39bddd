#pragma once

#include <csignal>
#include <cstddef>
#include <cstdint>

#include "harness/clock/instant.h"
#include "harness/event/trace.h"
#include "harness/link/link.h"
#include "harness/scenario/peer.h"
#include "harness/target/target.h"

namespace harness::scenario {

struct Limits {
  clock::Duration settle{};  // Go on this long after the peer is done: what trails is evidence.
  clock::Instant end = clock::kStart + std::chrono::hours{1};  // Not beyond this.
  std::uint32_t records = 1'000'000;                 // More than this is a finding: livelock.
  std::size_t octets = std::size_t{1} << 30;         // The same, of the store.
  const volatile std::sig_atomic_t* stop = nullptr;  // The user asked for an end.
};

// Drives one run to its end, and records why it ended. Whatever the peer does passes the link
// before the target sees it, and the other way round; application calls go straight.
void run(Peer&, link::Link&, target::Target&, const Limits&, event::Trace&);

}  // namespace harness::scenario
