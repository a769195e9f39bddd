#pragma once

#include <cstdint>
#include <map>
#include <optional>
#include <utility>
#include <vector>

#include "harness/event/trace.h"
#include "harness/wire/print.h"

namespace reports {

// What the numbers of each datagram of a run count from, so that they print as scripts write them:
// from the sender's ISN and the receiver's; in a SYN the peer's own numbers stay as on the wire.
class Numbering {
 public:
  explicit Numbering(const harness::event::Trace&);

  harness::wire::PrintBase of(const harness::event::Record& packet) const;
  // More connections than one: a segment says nothing without its ports.
  bool needs_ports() const { return flows_.size() > 1; }

 private:
  struct Flow {
    std::optional<std::uint32_t> peer, target;  // ISNs.
    std::optional<std::uint32_t> other_peer;    // Of a second SYN, until the target answers it.
  };
  void meet(const harness::event::Trace&, const harness::event::Record&);

  std::map<std::pair<std::uint16_t, std::uint16_t>, Flow> flows_;  // By ports: peer's, target's.
  std::vector<std::optional<harness::wire::PrintBase>> bases_;     // By the datagram's id.
};

}  // namespace reports
