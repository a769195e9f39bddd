#pragma once

#include <array>
#include <cstdint>
#include <optional>
#include <vector>

#include "harness/base/rng.h"
#include "harness/clock/instant.h"
#include "harness/event/decision.h"
#include "harness/event/trace.h"
#include "harness/link/fault.h"
#include "harness/link/flows.h"
#include "harness/link/pattern.h"

namespace harness::link {

// How often one fault met a datagram that it concerns, and how often it struck.
struct Tally {
  std::uint64_t met = 0, struck = 0;
  friend bool operator==(const Tally&, const Tally&) = default;
};

// The path between peer and target, with its faults. Holds ids and times; the octets stay in the
// trace. A datagram passes the faults in their order, unless one of them drops it. Every decision
// to touch a datagram is a record.
//
// What a fault does to the n-th datagram depends on the seed, the fault and n alone: taking
// another fault away moves none of its draws. What it concerns, its n-th and its k-th
// retransmission are counted where datagrams enter the link, and so moves what it remembers
// (bursts, correlation): all that passes does so before any fault has had it.
class Link {
 public:
  // Pre: every fault is sound(), and there are at most kFaultsMax.
  Link(std::vector<Fault> faults, base::Rng rng);
  virtual ~Link() = default;

  // From when the times of faults count: the start of the run. A target's clock may have gone for a
  // while by then.
  void begin(clock::Instant start) { start_ = start; }
  virtual void take(clock::Instant now, const event::Packet&, event::Trace& log);
  // The earliest instant at which release() has something; nothing when the link is empty.
  virtual std::optional<clock::Instant> next_deadline() const;
  // The next datagram that has arrived by `now`, in order of arrival. Ask until there is none.
  struct Arrival {
    event::Packet packet;
    clock::Instant at;
  };
  virtual std::optional<Arrival> release(clock::Instant now);

  // Whether a fault goes by the state of a connection. Then know() is told before take().
  virtual bool wants_states() const { return wants_states_; }
  void know(const wire::FourTuple& connection, event::TcpState state) {
    flows_.know(connection, state);
  }

  const std::vector<Fault>& faults() const { return faults_; }
  // In their order.
  const std::vector<Tally>& tallies() const { return tallies_; }

 private:
  // What belongs to one fault.
  struct Stage {
    base::Rng rng;
    Picker picker;
    std::uint64_t matched = 0;
    bool remembers = false, aims = false;
    clock::Duration last{};                              // Of a correlated delay.
    bool begun = false;                                  // It has one.
    std::array<clock::Instant, 2> latest{};              // By direction: of delays in order.
    std::array<std::vector<clock::Instant>, 2> queue{};  // When each leaves the wire.
  };
  // The bits are by fault.
  struct Concerns {
    std::uint64_t met = 0, picked = 0;
  };
  // A datagram on its way through the faults.
  struct Passing {
    event::Packet packet;
    clock::Instant now, due;
    std::uint64_t ordinal;
    Concerns concerns;
    bool copy = false;
    bool held = false;
    clock::Duration held_for{};
    std::uint32_t behind = 0;
  };
  struct Strike;  // One fault and one datagram.
  struct Flight {
    clock::Instant due;
    std::uint64_t order = 0;  // Among equals: as taken.
    event::Packet packet;
  };
  struct Held {
    Flight flight;          // due: when it would go but for the hold.
    clock::Instant latest;  // When it goes though fewer than `behind` went.
    std::uint32_t behind;
  };

  Concerns concerns(clock::Instant now, const event::Packet&, const event::Trace& log);
  void remember(std::size_t fault, Concerns&);
  void pass(std::size_t first, Passing, event::Trace& log);
  void depart(clock::Instant due, const event::Packet&);
  void push(clock::Instant due, std::uint64_t order, const event::Packet&);

  std::vector<Fault> faults_;
  std::vector<Stage> stages_;
  std::vector<Tally> tallies_;
  bool wants_states_ = false, wants_flows_ = false;
  clock::Instant start_ = clock::kStart;
  Flows flows_;
  std::vector<Flight> flights_;  // A heap, earliest on top.
  std::vector<Held> held_;
  std::array<std::uint64_t, 2> taken_{};  // By direction: how they mix is the clock's doing.
  std::uint64_t order_ = 0;
};

}  // namespace harness::link
