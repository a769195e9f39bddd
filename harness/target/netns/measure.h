#pragma once

#include <optional>

#include "harness/clock/instant.h"
#include "harness/target/netns/wire.h"

namespace harness::target::netns {

// Whether the kernel's reaction to a segment is there when the call that injects it returns.
struct Cut {
  int probes = 0;
  int at_once = 0;           // So many reactions were there, ...
  int later = 0;             // ... so many came afterwards; the rest never did.
  clock::Duration median{};  // To inject a segment and to read its reaction.
};

// By how much a wait ends too late on this machine as it is now.
struct Lateness {
  int waits = 0;
  clock::Duration p50{}, p99{}, p999{}, worst{};
};

// Of one run of the target, idle but for waits of a millisecond.
struct Punctuality {
  Lateness lateness;
  clock::Duration span{};   // It took so long, ...
  clock::Duration drift{};  // ... in which the kernel's packet clock went so far from the run's,
  clock::Duration error{};  // give or take.
  bool real_time = false;   // Scheduled before ordinary processes.
  bool states = false;      // sock_diag tells the state of connections.
};

// Each in a process of its own, of which nothing is left behind. Pre: available(that wire).
// Nothing: it could not be finished.
std::optional<Cut> measure_cut(WireKind, int probes);
std::optional<Punctuality> measure_punctuality(WireKind, int waits);

// How many runs at once, of `most` at most, keep their times here as it is now: of the numbers that
// halve from `most` down to 1, the first in which no wait of theirs ends more than `late` too late.
unsigned measure_jobs(WireKind, unsigned most, clock::Duration late);

}  // namespace harness::target::netns
