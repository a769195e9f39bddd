#pragma once

#include <cstddef>
#include <deque>
#include <functional>
#include <optional>
#include <vector>

#include "harness/base/rng.h"
#include "harness/clock/instant.h"
#include "harness/event/trace.h"
#include "harness/link/link.h"

namespace harness::target::tun {

// A link and the octets on it, for a conversation that has no end: what has arrived is forgotten.
//
// The octets of datagrams lie in a trace, which only grows. It is cleared whenever nothing is under
// way; on a link that never rests a new trace with a link of its own takes over now and then, while
// the one before runs dry.
class Path {
 public:
  Path(std::vector<link::Fault> faults, base::Rng rng);

  // Where who is about to send writes his datagram.
  event::Trace& log() { return stretches_.back().log; }
  // Puts a datagram that lies in log() on its way.
  void take(clock::Instant now, event::Direction, event::Body);
  std::optional<clock::Instant> next_deadline() const;
  // Gives every datagram that has arrived by `now` to `arrived`. Its octets are good until then.
  void release(clock::Instant now,
               const std::function<void(event::Direction, event::Span)>& arrived);
  // Forgets what can be forgotten. Pre: nobody reads log() any more.
  void tidy_up();

  bool perfect() const { return faults_.empty(); }
  std::size_t octets() const;  // Kept now.

 private:
  struct Stretch {
    event::Trace log;
    link::Link link;
  };

  std::vector<link::Fault> faults_;
  base::Rng rng_;
  std::uint64_t begun_ = 0;  // Stretches so far.
  std::deque<Stretch> stretches_;
};

}  // namespace harness::target::tun
