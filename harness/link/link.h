#pragma once

#include <array>
#include <cstdint>
#include <optional>
#include <vector>

#include "harness/base/rng.h"
#include "harness/clock/instant.h"
#include "harness/event/trace.h"
#include "harness/link/fault.h"

namespace harness::link {

// The path between peer and target, with its faults. Holds ids and times; the octets stay in the
// trace. A datagram passes the faults in their order, unless one of them drops it. Every decision
// to touch a datagram is a record.
//
// What a fault does to the n-th datagram depends on the seed, the fault and n alone: taking
// another fault away moves none of its draws.
class Link {
 public:
  Link(std::vector<Fault> faults, base::Rng rng);
  virtual ~Link() = default;

  virtual void take(clock::Instant now, const event::Packet&, event::Trace& log);
  // The earliest instant at which release() has something; nothing when the link is empty.
  virtual std::optional<clock::Instant> next_deadline() const;
  // The next datagram that has arrived by `now`, in order of arrival. Ask until there is none.
  struct Arrival {
    event::Packet packet;
    clock::Instant at;
  };
  virtual std::optional<Arrival> release(clock::Instant now);

  const std::vector<Fault>& faults() const { return faults_; }
  // How often each fault has struck, in their order.
  const std::vector<std::uint64_t>& struck() const { return struck_; }

 private:
  struct Stage {
    base::Rng rng;
    std::uint64_t matched = 0;
  };
  struct Flight {
    clock::Instant due;
    std::uint64_t order;  // Among equals: as taken.
    event::Packet packet;
  };
  struct Held {
    Flight flight;          // due: when it would go but for the hold.
    clock::Instant latest;  // When it goes though fewer than `behind` went.
    std::uint32_t behind;
  };

  void pass(std::size_t first, std::uint64_t ordinal, clock::Instant now, clock::Instant due,
            event::Packet packet, std::uint64_t matched_by, event::Trace& log);
  void depart(clock::Instant due, const event::Packet&);
  void push(Flight);
  std::uint64_t matches(const event::Packet&, const event::Trace& log);

  std::vector<Fault> faults_;
  std::vector<Stage> stages_;
  std::vector<std::uint64_t> struck_;
  std::vector<Flight> flights_;  // A heap, earliest on top.
  std::vector<Held> held_;
  std::array<std::uint64_t, 2> taken_{};  // By direction: how they mix is the clock's doing.
  std::uint64_t order_ = 0;
};

}  // namespace harness::link
