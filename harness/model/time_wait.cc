#include "harness/model/time_wait.h"

#include <algorithm>

#include "harness/model/acceptability.h"
#include "harness/model/close.h"
#include "harness/model/open.h"
#include "harness/model/reset.h"

namespace harness::model {
namespace {

// RFC 6191, 2: what of the SYN is "greater than the last" that was seen.
bool newer_syn(const Hypothesis& h, const Arrival& in, Offset seq) {
  const auto& stamps = in.segment.timestamps;
  const bool beyond = seq >= h.rcv;
  if (!h.timestamps) return stamps.has_value() || beyond;
  if (!stamps) return beyond;
  const auto since = static_cast<std::int32_t>(stamps->val - h.ts_recent);
  return since > 0 || (since == 0 && beyond);
}

// Once for all readings.
void note_restart(Judgement& j) {
  Connection& facts = j.facts;
  if (facts.tw_record == j.record) return;
  facts.tw_record = j.record;
  facts.tw_asked = j.when.from - facts.tw_latest;
  facts.tw_latest = j.when.from;
}

}  // namespace

void judge_reopening(const Hypothesis& h, Judgement& j) {
  const Id id = j.facts.stamped_before ? Id::OldStampedSyn : Id::OldSyn;
  if (!h.old_syn) {
    j.held(id);
    return;
  }
  j.lapse({.id = id,
           .expected = "nothing, or a challenge: the SYN is no newer than what came before",
           .found = "a SYN,ACK",
           .nearest = "silence"});
}

const Hypothesis* time_wait_before(const Hypothesis& h, const Judgement& j) {
  if (h.phase != Phase::SynReceived || h.active || j.before == nullptr) return nullptr;
  return j.before->phase == Phase::TimeWait ? j.before : nullptr;
}

void fork_to_time_wait(const Hypothesis& h, Judgement& j) {
  const auto* const before = time_wait_before(h, j);
  if (before == nullptr) return;
  Hypothesis back = *before;
  back.last_arrival = j.when.until;
  grant_ack(back);
  j.fork(back);
}

void fork_if_in_time_wait(const Hypothesis& h, Judgement& j, const Arrival& in, Offset seq) {
  const bool acked = h.own_fin != kNowhere && h.una_high > h.own_fin;
  if (h.phase != Phase::Synchronized || !h.closed_first || !acked || !h.fin_perhaps()) return;
  Hypothesis over = h;
  over.una = over.una_high;
  over.rcv = over.rcv_high = std::max(over.rcv, over.fin + 1);
  settle(over, j);
  if (over.phase == Phase::TimeWait && arrive_in_time_wait(over, j, in, seq)) j.fork(over);
}

bool time_wait_may_end(const Hypothesis& h, const Judgement& j) {
  const Time lasted = j.when.until + j.assume.slack - h.time_wait_since;
  // What it has shown once, the same timer takes again.
  return lasted >= 2 * j.assume.profile.least_msl && lasted > j.facts.tw_shown;
}

Id rule_of_time_wait(const Hypothesis& h, const Judgement& j) {
  const Time lasted = j.when.until + j.assume.slack - h.time_wait_since;
  return lasted >= 2 * j.assume.profile.least_msl ? Id::TimeWaitRestart : Id::TimeWait;
}

void note_time_wait(const Hypothesis& h, Judgement& j) {
  if (h.phase != Phase::TimeWait || j.racing()) return;
  const Time coarse = j.facts.tw_asked / 8 + j.assume.slack;  // Such timers may be late.
  j.facts.tw_shown = std::max(j.facts.tw_shown,
                              j.assume.virtual_time ? j.facts.tw_asked : j.facts.tw_asked - coarse);
}

bool arrive_in_time_wait(Hypothesis& h, Judgement& j, const Arrival& in, Offset seq) {
  if (in.flags().syn()) {
    may_reset(h, j, in);  // RFC 793's answer when it lies in the window.
    if ((j.listening || j.listen_maybe) && !in.flags().ack()) {
      Hypothesis reopened = h;
      const std::uint32_t top = h.iss + static_cast<std::uint32_t>(h.nxt);
      close_with(reopened, j, Ending::Normal);
      if (arrive_closed(reopened, j, in)) {
        reopened.clear(Debt::SynAck);
        reopened.reopens = true;
        reopened.old_syn = !newer_syn(h, in, seq);
        j.facts.stamped_before = h.timestamps;
        j.facts.old_top = top;
        if (j.before != nullptr) *j.before = h;
        j.fork(reopened);
      }
    }
    return true;
  }
  if (in.length() == 0 && h.sent(in.segment.ack.raw()) != h.nxt) grant_ack(h);  // RFC 5961, 5.2.
  const Offset last = seq + in.length() - 1;
  if (in.flags().fin() && last == h.fin) {
    // "Acknowledge it, and restart the 2 MSL timeout", although its number is an old one.
    owe_challenge(h, j, Id::TimeWaitRestart);
    note_restart(j);
    // An old timestamp is answered as well, and the segment dropped (RFC 7323, 5.3, R1).
    if (!j.stale) h.time_wait_since = j.when.from;
  } else if (in.length() > 0 && last < h.rcv) {
    owe_challenge(h, j, Id::EmptyAck);
  }
  return true;
}

}  // namespace harness::model
