#pragma once

#include <cstdint>
#include <vector>

#include "harness/base/rng.h"
#include "harness/clock/instant.h"
#include "harness/link/fault.h"
#include "harness/wire/ip_address.h"

namespace harness::campaign {

// What all conversations of a swarm have in common.
struct SwarmTaste {
  bool real_time = false;   // Time that passes costs: waits are short.
  bool faults = true;       // The link may lose, delay, duplicate, reorder and spoil.
  bool all_faults = false;  // It may do all that link/ knows: swarm_faults.h.
  bool ipv6 = true;
};

// What is drawn of a conversation before it begins.
struct SwarmPlan {
  wire::IpVersion ip = wire::IpVersion::V4;
  std::uint8_t strands = 1;   // Connections.
  std::uint8_t active = 0;    // Bit n: the target opens the n-th.
  std::uint16_t steps = 20;   // What the peer and the application do, at most.
  std::uint16_t closing = 6;  // With so many left they begin to close.
  base::Ratio spice{};        // How often they do what no well-behaved one does.
  std::uint8_t patience = 0;  // How long they may wait between two steps; see pause().
  clock::Duration settle{};   // How long to watch after the last.
  std::vector<link::Fault> faults;
};

// `plan` is overwritten; it keeps its room.
void draw_plan(base::Rng, const SwarmTaste&, SwarmPlan& plan);

// How long until the next step.
clock::Duration draw_pause(base::Rng&, const SwarmTaste&, const SwarmPlan&);

}  // namespace harness::campaign
