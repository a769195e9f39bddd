#pragma once

#include <csignal>
#include <cstddef>
#include <cstdint>
#include <functional>
#include <optional>

#include "harness/clock/instant.h"
#include "harness/event/end.h"
#include "harness/event/trace.h"
#include "harness/link/link.h"
#include "harness/scenario/peer.h"
#include "harness/target/target.h"

namespace harness::scenario {

// Ids from here on are of calls that are neither the peer's nor a user's: asked for the link.
inline constexpr std::uint32_t kFirstQuestion = 2'000'000'000;

// Where nobody has written a longer script a run is a storm when it has more records than that, and
// is judged as far as it came.
inline constexpr std::uint32_t kStorm = 10'000;

// How many a run like this one may have: twice as many, unless it was a storm itself.
std::uint32_t enough_records(const event::Trace&);

struct Limits {
  clock::Duration settle{};  // Go on this long after the peer is done: what trails is evidence.
  clock::Instant end = clock::kStart + std::chrono::hours{1};  // Not beyond this.
  std::uint32_t records = 1'000'000;                 // More than this is a finding: livelock.
  std::size_t octets = std::size_t{1} << 30;         // The same, of the store.
  const volatile std::sig_atomic_t* stop = nullptr;  // The user asked for an end.
};

// One run, a stretch at a time.
class Drive {
 public:
  // All outlive it. What stands in the trace already is not looked at.
  Drive(Peer&, link::Link&, target::Target&, const Limits&, event::Trace&);

  // Goes on until `until`, or until `enough` says so, which is asked each time that something may
  // have happened; then why the run cannot go on, or nothing when it can. Collects at least once.
  std::optional<event::EndReason> go(clock::Instant until, const std::function<bool()>& enough);
  // A call beside the peer's own: its reply is in the trace when this returns, if it does not
  // sleep.
  void ask(const event::Call&);
  // The last word: records why the run ended.
  void end(event::EndReason);

 private:
  bool stands_still(clock::Instant now, clock::Instant due);
  std::optional<event::EndReason> turn();
  bool look(bool pass_on = true);
  void arrive(const link::Link::Arrival&);
  void act(const target::Stimulus&);
  void submit(const target::Stimulus&);
  void take(clock::Instant at, std::uint32_t packet);
  void tell_state(event::Body datagram, event::Direction);
  clock::Instant earliest() const;

  Peer& peer_;
  link::Link& link_;
  target::Target& target_;
  const Limits& limits_;
  event::Trace& trace_;
  std::uint32_t seen_;
  std::uint32_t pending_ = 0;
  std::uint32_t questions_ = 0;  // About states, for the link.
  int idle_ = 0;                 // Rounds like the last, at this instant and with so many records.
  clock::Instant round_at_;
  std::uint32_t round_size_ = 0;
};

// Drives one run to its end, and records why it ended. Whatever the peer does passes the link
// before the target sees it, and the other way round; application calls go straight.
void run(Peer&, link::Link&, target::Target&, const Limits&, event::Trace&);

}  // namespace harness::scenario
