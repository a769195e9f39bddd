#include "harness/model/give_up.h"

#include <algorithm>

#include "harness/model/keep_alive.h"
#include "harness/model/reset.h"
#include "harness/model/retransmission.h"
#include "harness/model/time_wait.h"
#include "harness/model/timers.h"

namespace harness::model {
namespace {

// It was tried for as long as has to be before it was given up.
bool held_out(const Hypothesis& h, Judgement& j) {
  if (opening(h)) {
    j.held(Id::SynGiveUp);
  } else {
    j.held(Id::GiveUp);
    j.held(Id::DataR2);
  }
  return true;
}

}  // namespace

bool user_timeout_over(const Hypothesis& h, const Judgement& j, Time by) {
  // What the application of a nameless connection wrote, nobody knows.
  const bool waits = !j.facts.calls_known || j.facts.app_high > h.nxt ||
                     (j.facts.closing && h.own_fin == kNowhere);
  // It counts from SEND.
  const auto oldest = std::ranges::find_if(j.facts.written,
                                           [&](const Piece& piece) { return piece.end() > h.una; });
  const bool written = oldest != j.facts.written.end();
  const Time since = written ? std::min(oldest->since, h.head_first) : h.head_first;
  const bool lasted = by >= since + kLeastOverride || closed_window(h);
  return j.facts.own_timeout && h.phase != Phase::Closed && h.phase != Phase::TimeWait &&
         (h.outstanding() || h.probing || h.keepalives > 0 || waits) && lasted &&
         by + j.assume.slack >= user_timeout_least(h, j);
}

Time user_timeout_least(const Hypothesis& h, const Judgement& j) {
  const Connection& facts = j.facts;
  if (!facts.calls_known || facts.least_timeout == kNoTime || facts.least_timeout == 0) return 0;
  if (h.phase == Phase::SynSent) return h.head_first + facts.least_timeout;
  if (h.phase != Phase::Synchronized || h.own_fin != kNowhere || h.una < h.una_high) return 0;
  const auto waits =
      std::ranges::find_if(facts.written, [&](const Piece& piece) { return piece.end() > h.una; });
  if (waits != facts.written.end()) return waits->since + facts.least_timeout;
  // Nothing waits but for the answer to a keep-alive.
  return unanswered(h, facts) == 1 ? facts.last_heard + facts.least_timeout : 0;
}

bool miss_retransmission(Hypothesis& h, Judgement& j) {
  const auto owed = h.debt(Debt::Retransmission);
  h.clear(Debt::Retransmission);
  const Time tried = owed.latest - h.head_first;
  Miss miss{.id = owed.id(),
            .expected = wanted(h, j.facts, Debt::Retransmission),
            .found = "none for",
            .nearest = "the segment at SND.UNA again",
            .unit = Unit::Duration,
            .low = 0,
            .high = 0,
            .got = owed.latest - h.head_sent,
            .cause = owed.cause,
            .due = owed.latest,
            .ends = true};
  if (h.phase == Phase::SynReceived && !h.active && (h.retransmissions > 0 || j.impatient)) {
    // RFC 4987, 3.3: how long a half-open connection is kept, a listener decides.
    fork_to_time_wait(h, j);
    close_with(h, j, Ending::Normal);
    return true;
  }
  // Whoever closes with a linger time of 0 deletes the TCB in CLOSING and LAST-ACK, and says
  // nothing of it (RFC 9293, 3.10.5).
  if (!j.assume.calls_recorded && h.own_fin != kNowhere && h.fin_perhaps()) {
    close_with(h, j, Ending::Aborted);
    return true;
  }
  const bool limited =
      j.facts.own_timeout && owed.latest + j.assume.slack >= user_timeout_least(h, j);
  if (limited || (j.facts.closed && tried >= kOrphan)) {
    close_with(h, j, Ending::TimedOut);
    return true;
  }
  if (h.retransmissions < kR1) {
    // Once it began, it was given up before R1; or what came should not have stopped it.
    if (h.retransmissions > 0 && owed.id() != Id::ShrunkToZero)
      miss.id = opening(h) ? Id::SynGiveUp : Id::GiveUp;
    const bool probed = closed_window(h) && j.facts.probe_at != kNowhere && h.nxt - h.una <= 1;
    if (probed) miss.id = Id::ProbeKeepsOpen;
    return j.fail(miss);
  }
  const Time least = opening(h) ? kSynR2 : kDataR2;
  if (tried < least) {
    miss.id = opening(h) ? Id::SynGiveUp : Id::DataR2;
    miss.expected = "retransmissions for at least";
    miss.found = "the last after";
    miss.low = miss.high = least;
    miss.got = h.head_sent - h.head_first;
    if (opening(h)) return j.fail(miss);
    j.lapse(miss);
  } else {
    held_out(h, j);
  }
  close_with(h, j, Ending::TimedOut);
  return true;
}

bool may_give_up(const Hypothesis& h, Judgement& j) {
  Hypothesis guess = h;
  const auto lapses = j.findings.lapse_count, held = j.findings.held_count;
  const bool may = judge_giving_up(guess, j);
  j.findings.lapse_count = lapses;
  j.findings.held_count = held;
  return may;
}

bool tries(const Hypothesis& h, const Connection& facts) {
  return h.phase != Phase::TimeWait && (h.retransmissions > 0 || unanswered(h, facts) > 0);
}

void fork_if_given_up(const Hypothesis& h, Judgement& j) {
  if (j.facts.closed || !j.facts.calls_known) return;
  if (!tries(h, j.facts) || !may_give_up(h, j)) return;
  Hypothesis given_up = h;
  close_with(given_up, j, Ending::TimedOut);
  j.fork(given_up);
}

Id rule_of_giving_up(const Hypothesis& h, const Connection& facts) {
  if (h.una_high < h.nxt) return Id::GiveUp;
  return facts.keepalive && facts.last_probe > 0 ? Id::KeepAliveDeath : Id::EmptyAck;
}

bool judge_giving_up(Hypothesis& h, Judgement& j) {
  const Time least = user_timeout_least(h, j);
  if (j.facts.own_timeout && j.when.until + j.assume.slack < least) {
    return j.fail({.id = Id::OwnTimeout,
                   .expected = "to go on trying for as long as the application has set,",
                   .found = "an end that is too soon by",
                   .nearest = "to give up when nothing was acknowledged for that long",
                   .unit = Unit::Duration,
                   .low = j.facts.least_timeout,
                   .high = j.facts.least_timeout,
                   .got = least - j.when.until,
                   .ends = true});
  }
  if (j.facts.own_timeout && least > 0) j.held(Id::OwnTimeout);
  if (j.facts.own_timeout || !j.facts.calls_known) return true;
  Miss miss{.id = Id::TellApplication,
            .expected = "a connection that goes on",
            .found = "one given up",
            .nearest = "to go on",
            .unit = Unit::Duration,
            .low = kDataR2,
            .high = kDataR2,
            .got = j.when.until - h.head_first,
            .cause = event::kNoRecord,
            .ends = true};
  const int probes = unanswered(h, j.facts);
  if (probes > 1) {
    j.held(Id::KeepAliveDeath);
    return true;
  }
  if (probes == 1 && !h.outstanding()) {
    miss.id = Id::KeepAliveDeath;
    miss.expected = "more than one probe before it is given up";
    miss.unit = Unit::None;
    return j.fail(miss);
  }
  if (opening(h)) {
    if (miss.got + j.assume.slack >= kSynR2) return held_out(h, j);
    miss.id = Id::SynGiveUp;
    miss.expected = "to go on trying for at least";
    miss.found = "an end after";
    miss.low = miss.high = kSynR2;
    return j.fail(miss);
  }
  if (!h.outstanding() && !h.probing) {
    // Each probe was answered, or asked for nothing.
    if (rule_of_giving_up(h, j.facts) == Id::KeepAliveDeath) miss.id = Id::KeepAliveDeath;
    miss.unit = Unit::None;
    return j.fail(miss);
  }
  if (miss.got + j.assume.slack >= kDataR2) return held_out(h, j);
  miss.expected = "to go on trying for at least";
  miss.found = "an end after";
  if (closed_window(h)) {
    miss.id = Id::ProbeKeepsOpen;
    return j.fail(miss);
  }
  miss.id = h.retransmissions < kR1 ? Id::GiveUp : Id::DataR2;
  if (h.retransmissions < kR1) return j.fail(miss);
  j.lapse(miss);
  return true;
}

}  // namespace harness::model
