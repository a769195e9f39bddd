#pragma once

#include <memory>
#include <optional>

#include "harness/base/rng.h"
#include "harness/clock/instant.h"
#include "harness/engine/config.h"
#include "harness/engine/out.h"
#include "harness/engine/sysctl.h"
#include "harness/event/call.h"

namespace harness::engine {

struct Host;

// A TCP host (RFC 9293) that does nothing by itself: what arrives, what its applications ask and
// what time it is are arguments; what it has to say goes to Out. Time never runs backwards.
class Stack {
 public:
  // `secret` keys the choice of initial sequence numbers (RFC 6528); nothing else is drawn.
  Stack(const Config&, base::Rng secret);
  ~Stack();
  Stack(Stack&&) noexcept;
  Stack& operator=(Stack&&) noexcept;

  // A datagram arrived. What is no TCP for us is ignored.
  void step(clock::Instant now, event::Span datagram, Out&);
  // The application calls. Data of a call that cannot be answered yet must stay where it is until
  // the call is answered; a trace's store sees to that.
  void step(clock::Instant now, const event::Call&, Out&);
  // Time has passed: every timer that is due fires.
  void step(clock::Instant now, Out&);

  // Whether step(now, out) is wanted now.
  bool due(clock::Instant now) const;
  // When step(now, out) is next wanted; nothing when no timer runs.
  std::optional<clock::Instant> next_deadline() const;

 private:
  std::unique_ptr<Host> host_;
};

}  // namespace harness::engine
