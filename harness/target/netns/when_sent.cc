#include "harness/target/netns/when_sent.h"

namespace harness::target::netns {
namespace {

// From stamp to queue at most, with a processor taken away.
constexpr clock::Duration kQueueing = std::chrono::milliseconds{10};

}  // namespace

WhenSent when_sent(clock::Instant stamp, clock::Duration error, clock::Instant looked,
                   clock::Instant now) {
  // The clocks' error lies to either side.
  const auto at = stamp - error, end = stamp + error;
  if (at > now) return {.at = looked, .end = now};
  // Either it was queued late, or the stamp is not to be trusted: it may have been sent since.
  if (at + kQueueing < looked) return {.at = at, .end = now, .queued = looked - at};
  return {.at = at, .end = end};
}

}  // namespace harness::target::netns
