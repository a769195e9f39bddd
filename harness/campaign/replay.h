#pragma once

#include <csignal>
#include <optional>
#include <string>

#include "harness/event/trace.h"
#include "harness/oracle/checker.h"
#include "harness/target/target.h"

namespace harness::campaign {

// Why the record of this run does not say enough to do it again, in a sentence; nothing when it
// does. A run that was interrupted, or never ended, is not one.
std::optional<std::string> cannot_replay(const event::Trace&);

// The target of this record, as a user names it: "engine:defect=mss-ignored".
std::string target_of(const event::Trace&);

struct ReplayOptions {
  std::string profile{};  // Of harness/model; empty: as in the record.
  const volatile std::sig_atomic_t* stop = nullptr;
};

struct Replayed {
  oracle::Judgement judgement{};
  std::string reason{};  // HarnessError: why. Else empty.
  // The target is the one of the record, on virtual time: all must be as it was.
  bool alike = false;
  std::string difference{};    // Then: the first line that is not; empty when there is none.
  std::string incomparable{};  // Else: why the two records say nothing of each other, a phrase.
  bool interrupted = false;
};

// Does again what the record of a run says: what the peer sent and the application called, at their
// times, and to each datagram what the link did to it then (LoggedLink). On the target of the
// record the new record is the same, octet by octet. Another answers as it does: what the peer says
// of the target's numbers is translated (LoggedPeer), what a script expected is not looked at, and
// the model of the RFCs judges. On a real clock the run ends a few seconds after the last thing
// that the peer or the application does.
//
// `trace` is cleared, and holds the new record. Pre: !cannot_replay().
Replayed replay(const event::Trace& log, const target::Factory&, const ReplayOptions&,
                event::Trace& trace);

}  // namespace harness::campaign
