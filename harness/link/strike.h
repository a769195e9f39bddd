#pragma once

#include <cstddef>
#include <cstdint>

#include "harness/link/link.h"

namespace harness::link {

// One fault strikes one datagram. Each returns whether the datagram goes on to the next fault.
struct Link::Strike {
  Link& link;
  std::size_t fault;
  base::Rng& rng;
  Passing& passing;
  event::Trace& log;

  bool operator()(const Drop&);
  bool operator()(const Delay&);
  bool operator()(const Reorder&);
  bool operator()(const Duplicate&);
  bool operator()(const Corrupt&);
  bool operator()(const Truncate&);
  bool operator()(const Bandwidth&);
  bool operator()(const Mtu&);

 private:
  // As the record says it. The first of a fault counts as its strike.
  void record(event::Decision);
  void struck() { ++link.tallies_[fault].struck; }
  void repaired(std::span<std::byte> datagram);
  std::size_t way() const { return passing.packet.direction == event::Direction::FromTarget; }
};

}  // namespace harness::link
