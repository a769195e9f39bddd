#include <algorithm>
#include <string>
#include <utility>

#include "harness/scenario/script_peer.h"

// Whether what a script does is done in time: when it is not, that is our own lateness.

namespace harness::scenario {

using clock::Instant;
using event::Expectation;
using event::Expected;

void ScriptPeer::note_lateness(Instant now, event::Trace& trace) {
  if (patient_ || next_ == 0 || now <= times_.latest() + times_.tolerance()) return;
  auto expectation = wanted(Expected::OnTime, next_);
  expectation.met = trace.note(now, step().place.print() + " is played");
  event::append(trace, now, expectation);
}

std::optional<Expectation> ScriptPeer::in_time(Instant now) const {
  if (patient_ || next_ == 0 || times_.latest() == clock::kNever) return std::nullopt;
  if (now > times_.latest() + times_.tolerance()) return std::nullopt;  // That is noted.
  return wanted(Expected::OnTime, next_);
}

void ScriptPeer::check_time(Expectation on_time, const event::Record& record, std::string_view done,
                            event::Trace& trace) {
  const Instant at = record.at + std::chrono::nanoseconds{record.within};
  if (at <= on_time.latest + on_time.tolerance) return;
  on_time.met = trace.note(at, on_time.place.print() + std::string{done});
  event::append(trace, at, on_time);
}

// act() may be in time and what it sent may not: a processor was taken away between the two. What
// the link has delayed was due later by that much.
void ScriptPeer::injected(std::uint32_t index, Instant due, event::Trace& trace) {
  const event::Record record = trace[index];
  if (record.kind == event::Kind::Call) {
    const auto call = calls_.find(record.id);
    if (call == calls_.end() || !call->second.on_time) return;
    return check_time(*call->second.on_time, record, " is called", trace);
  }
  const auto sending = std::ranges::find(sendings_, record.body.offset, &Sending::body);
  if (sending == sendings_.end()) return;
  auto on_time = sending->on_time;
  const auto link = due - sending->at;
  sendings_.erase(sending);
  on_time.earliest += link;
  on_time.latest += link;
  check_time(std::move(on_time), record, " is on the wire", trace);
}

}  // namespace harness::scenario
