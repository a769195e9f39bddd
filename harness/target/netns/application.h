#pragma once

#include <poll.h>

#include <cstdint>
#include <list>
#include <optional>
#include <vector>

#include "harness/clock/instant.h"
#include "harness/event/call.h"
#include "harness/target/netns/outcome.h"
#include "harness/target/netns/sleeper.h"

namespace harness::target::netns {

// Makes a run's calls on real sockets and never sleeps in one: a call that would is kept and tried
// again. Sockets keep the O_NONBLOCK the run gave them.
class Application {
 public:
  // Nothing: the call sleeps. recorded() must follow then.
  std::optional<Outcome> make(const event::Call&, clock::Instant now);
  // The record of the call that make() kept, and its data as the trace keeps it.
  void recorded(std::uint32_t record, event::Span data);

  struct Answer {
    std::uint32_t call = 0;    // Its id ...
    std::uint32_t record = 0;  // ... and its record.
    Outcome outcome;
    // Its time limit, a timer of ours, ended it then.
    std::optional<clock::Instant> limit;
  };
  // A sleeping call that has come to its end, the oldest first. Ask until there is none.
  std::optional<Answer> answer(clock::Instant now);
  bool asleep() const { return !sleepers_.empty(); }
  // Each sleep that ends without a call or a datagram of ours has a waker that says so.
  bool all_wake() const;
  // The end of the first sleep that has a time limit.
  std::optional<clock::Instant> next_deadline() const;
  // What may end a sleep.
  void add_wakers(std::vector<pollfd>&) const;

  bool sees_states() { return means_.diag.works(); }

 private:
  std::optional<Outcome> on_socket(const event::Call&, SocketPtr, clock::Instant now);
  Outcome open(const event::Call&);
  Outcome get_option(const Socket&, const event::Call&);
  Outcome status(const event::Call&);
  std::optional<event::Status> status_of(const Socket&);

  Means means_;
  std::list<Sleeper> sleepers_;
};

}  // namespace harness::target::netns
