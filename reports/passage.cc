#include "reports/passage.h"

#include <algorithm>

namespace reports {

using harness::event::Action;
using harness::event::Direction;
using harness::event::Kind;

bool Passage::has(Action action) const {
  return std::ranges::any_of(decisions, [&](const auto& d) { return d.action == action; });
}

bool Passage::waited() const {
  return std::ranges::any_of(decisions, [](const auto& d) {
    return d.action == Action::Hold || (d.action == Action::Delay && d.delay.count() > 0);
  });
}

std::vector<Passage> passages(const harness::event::Trace& trace) {
  std::vector<Passage> all(trace.size());
  const bool both_ends = std::ranges::any_of(
      trace.records(), [](const auto& record) { return record.kind == Kind::PeerPacket; });
  for (std::uint32_t i = 0; i < trace.size(); ++i) {
    const auto& record = trace[i];
    if (record.id >= all.size()) continue;
    Passage& passage = all[record.id];
    if (record.kind == Kind::Decision) {
      passage.decisions.push_back(harness::event::decision(trace, record));
    } else if (record.kind == Kind::Packet || record.kind == Kind::PeerPacket) {
      const bool sent =
          (record.kind == Kind::PeerPacket) == (record.direction == Direction::ToTarget);
      if (!both_ends) {
        passage.left = passage.arrived = i;
      } else {
        (sent ? passage.left : passage.arrived) = i;
      }
    }
  }
  return all;
}

}  // namespace reports
