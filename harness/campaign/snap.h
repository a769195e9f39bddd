#pragma once

#include <cstddef>
#include <cstdint>
#include <vector>

#include "harness/scenario/ir.h"

namespace harness::campaign {

// What the numbers of a segment stand beside, counted as scripts do: what the target expects next,
// and what it has to send. Read off the script alone: what was sent in order has arrived, and what
// was written has been sent.
struct Bases {
  std::uint32_t rcv_nxt = 0, snd_nxt = 0;
  friend bool operator==(const Bases&, const Bases&) = default;
};

// Before a step that sends a segment, on the connection that it names.
Bases bases_at(const scenario::Scenario&, std::size_t step);

// Numbers beside `base` that say more of themselves than this one, the plainest first: the base,
// one more, one less, ten more ... None for a number that is the base.
std::vector<std::uint32_t> plainer(std::uint32_t number, std::uint32_t base);

}  // namespace harness::campaign
