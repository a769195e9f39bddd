#pragma once

#include <cstdint>
#include <vector>

#include "harness/event/decision.h"
#include "harness/event/trace.h"

namespace reports {

// What became of one datagram between the two ends of the link.
struct Passage {
  std::uint32_t left = harness::event::kNoRecord;     // Where it was sent; none: the link made it.
  std::uint32_t arrived = harness::event::kNoRecord;  // None: lost, or still on its way.
  std::vector<harness::event::Decision> decisions;    // In their order.

  bool has(harness::event::Action) const;
  bool waited() const;  // The link kept it back: it left and arrived on two lines.
};

// The passages of a run, by the id of their datagram. A trace that was taken at one end only knows
// no link: there what was sent has arrived.
std::vector<Passage> passages(const harness::event::Trace&);

}  // namespace reports
