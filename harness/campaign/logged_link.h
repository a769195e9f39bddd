#pragma once

#include <array>
#include <cstdint>
#include <functional>
#include <map>
#include <vector>

#include "harness/event/trace.h"
#include "harness/link/link.h"

namespace harness::campaign {

// A link that does to the n-th datagram of each direction what a record of a run says was done to
// it: no fault decides anything, and no dice. What the record does not know passes untouched. What
// was still on its way when that run ended does not arrive.
class LoggedLink final : public link::Link {
 public:
  // The record outlives it. `may`: whether what arrived with this record then may arrive now,
  // though its time has come; without one it always may.
  using May = std::function<bool(std::uint64_t record)>;
  explicit LoggedLink(const event::Trace& log, May may = nullptr);

  void take(clock::Instant now, const event::Packet&, event::Trace&) override;
  std::optional<clock::Instant> next_deadline() const override;
  std::optional<Arrival> release(clock::Instant now) override;
  bool wants_states() const override { return asked_; }

 private:
  struct Landing {
    clock::Duration after{};
    std::uint32_t record = 0;  // What arrived.
  };
  struct Passage {
    std::uint32_t entered = 0;  // The record with which it did.
    std::vector<std::uint32_t> decisions{};
    std::vector<Landing> landings{};
  };
  struct Flight {
    clock::Instant due{};
    std::uint64_t order = 0;  // Among equals: as they arrived then; the record with which it did.
    event::Packet packet{};
  };

  static event::Body message(event::Span then, const event::Packet& about, event::Trace&);
  event::Body arriving(const event::Record& then, const event::Record& entered,
                       const event::Packet&, std::map<std::uint32_t, event::Body>& made,
                       event::Trace&) const;

  const event::Trace& log_;
  May may_;
  bool asked_ =
      false;        // A fault went by the state of a connection, and those calls are no script's.
  int waited_ = 0;  // So often something was due, and it was not its place.
  std::array<std::vector<Passage>, 2> passages_;  // By direction.
  std::array<std::size_t, 2> taken_{};
  std::vector<Flight> flights_;
  std::uint64_t order_ = 0;
};

}  // namespace harness::campaign
