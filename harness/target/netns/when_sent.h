#pragma once

#include "harness/clock/instant.h"

namespace harness::target::netns {

// Between which instants a segment was sent.
struct WhenSent {
  clock::Instant at, end;
  // It was to be seen so long after its stamp at the earliest, longer than queueing takes; 0: it
  // was not.
  clock::Duration queued{};
};

// `stamp`: the kernel's, give or take `error`. `looked`: of what was queued before, nothing is
// still to be seen. A stamp from the future says nothing.
WhenSent when_sent(clock::Instant stamp, clock::Duration error, clock::Instant looked,
                   clock::Instant now);

}  // namespace harness::target::netns
