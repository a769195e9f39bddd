#include "harness/model/arrival.h"

#include <algorithm>

#include "harness/model/acceptability.h"
#include "harness/model/ack.h"
#include "harness/model/close.h"
#include "harness/model/give_up.h"
#include "harness/model/keep_alive.h"
#include "harness/model/open.h"
#include "harness/model/options.h"
#include "harness/model/reset.h"
#include "harness/model/retransmission.h"
#include "harness/model/text.h"
#include "harness/model/time_wait.h"

namespace harness::model {
namespace {

// Until the target has surely seen it, what it sends may still be from before.
void begin_race(Hypothesis& h, const Judgement& j) {
  h.credit_before = 0;
  if (j.when.until == j.when.from) return;
  h.credit_before = h.ack_credit;
  if (j.race_begins) h.racing = h.phase == Phase::Closed ? kNowhere : h.rcv;
}

// What was owed an ACK has had it by now.
void hear(Hypothesis& h, Judgement& j) {
  j.stirred = h.stirred;
  h.stirred = true;
  forget_resets(h, j);
  if (j.when.from > h.last_arrival + j.assume.profile.ack_delay + j.assume.slack) h.ack_credit = 0;
  h.last_arrival = j.when.until;
  h.asked = false;
}

// In simultaneous open the peer's SYN,ACK has the number of its SYN.
bool repeats_syn(const Hypothesis& h, const Arrival& in, Offset seq) {
  return h.phase == Phase::SynReceived && h.active && in.flags().syn() && in.flags().ack() &&
         seq == 0;
}

// Its ACK counts (RFC 9293, 3.5), and its octets perhaps; by the letter of the sequence check, or
// because it is a SYN, it does not.
bool arrive_repeated_syn(Hypothesis& h, Judgement& j, const Arrival& in, Offset seq,
                         Certainty sure) {
  grant_ack(h);
  h.asked = h.syn_again = true;
  refuse_ack(h, j, in);
  Hypothesis dropped = h;
  owe_challenge(dropped, j, Id::EmptyAck);
  if (in.length() == 1 || arrive_syn(dropped, j, in, seq, Certainty::Maybe)) j.fork(dropped);
  const auto counts = j.unstamped ? Certainty::Maybe : sure;
  switch (arrive_ack(h, j, in, seq, counts)) {
    case Flow::Dead:
      return false;
    case Flow::Stop:
      return true;
    default:
      return in.length() == 1 || arrive_text(h, j, in, seq, Certainty::Maybe);
  }
}

// Text without its timestamp, that came so and not otherwise.
void note_bare(const Hypothesis& h, Judgement& j, Offset from, Offset to, bool lacks) {
  Range& bare = j.facts.bare;
  if (from < bare.to && bare.from < to) bare = {};
  if (!lacks && from <= h.rcv_high) j.facts.stamped_end = std::max(j.facts.stamped_end, to);
  if (lacks && from <= h.rcv && h.rcv == h.rcv_high) bare = {.from = from, .to = to};
}

bool arrive_other(Hypothesis& h, Judgement& j, const Arrival& in) {
  const Offset seq = h.received(in.segment.seq.raw());
  if (in.flags().ack()) j.facts.last_ack = h.sent(in.segment.ack.raw());
  if (in.flags().rst()) {
    // MUST-66: also with a window of zero, where its octets would not be acceptable.
    const auto whole = acceptability(h, j, seq, in.length());
    const auto alone = acceptability(h, j, seq, 0);
    // RFC 5961, 3.2: the edge itself is outside, where there is a window at all.
    const Offset beyond = std::max(farthest(h, j.facts), h.rcv_high + h.edge_last - h.acked);
    const bool at_edge = seq >= beyond && seq > h.rcv_high && h.edge_last > h.rcv;
    if (at_edge && in.length() == 0) return arrive_reset(h, j, in, seq, Certainty::No);
    // RFC 5961, 3.2, goes by the number alone, table 6 by all of the segment.
    const bool either = whole != Certainty::No && alone != Certainty::Yes;
    return arrive_reset(h, j, in, seq, either ? Certainty::Maybe : alone);
  }
  if (in.length() == 0) h.asked = true;  // If it is answered, then as a challenge.
  Certainty sure = j.assume.lossless ? Certainty::Yes : Certainty::Maybe;
  j.unstamped = h.timestamps && !in.segment.timestamps;
  if (j.unstamped) {
    j.facts.unstamped = j.record;
    j.held(Id::UnstampedReset);
  }
  // A SYN,ACK that crossed ours and has none: it was not agreed on.
  const bool lacks = j.unstamped && !in.flags().syn();
  if (in.length() > 0) note_bare(h, j, seq, seq + in.length(), lacks);
  const bool stamp_known = h.ts_sure;
  j.last_window = h.window_known ? h.window_field : -1;
  h.window_known = false;
  h.window_field = 0;
  const Certainty fresh = judge_paws(h, j, in, seq);
  j.stale = fresh != Certainty::Yes;
  if (fresh == Certainty::No) {
    grant_ack(h);
    if (h.phase == Phase::SynReceived) refuse_ack(h, j, in);
    owe_challenge(h, j, Id::Paws);
    ignore(h, j, Id::Paws);
    return true;
  }
  if (in.flags().syn()) fork_if_in_time_wait(h, j, in, seq);
  const Certainty fits = acceptability(h, j, seq, in.length());
  if (repeats_syn(h, in, seq)) return arrive_repeated_syn(h, j, in, seq, weaker(sure, fresh));
  if (fits == Certainty::No) return arrive_unacceptable(h, j, in, seq);
  sure = weaker(sure, weaker(fresh, fits));
  // MAY-13; and what is perhaps not acceptable is perhaps answered, as a challenge is.
  if (in.length() > 0 || seq > h.rcv || sure != Certainty::Yes) grant_ack(h);
  if (fits == Certainty::Maybe) h.asked = true;
  if (h.phase == Phase::TimeWait) return arrive_in_time_wait(h, j, in, seq);
  if (in.flags().syn()) return arrive_syn(h, j, in, seq, sure);
  if (!in.flags().ack()) {
    ignore(h, j, Id::Ackless);
    return true;
  }
  switch (arrive_ack(h, j, in, seq, sure)) {
    case Flow::Dead:
      return false;
    case Flow::Stop:
      return true;
    case Flow::Perhaps:
      sure = Certainty::Maybe;
      break;
    case Flow::Continue:
      // MUST-26: what is dropped, for want of an ACK or for what that acknowledges, is not heard.
      if (fits == Certainty::Yes) {
        j.facts.last_heard = j.when.until;
        h.keepalives = 0;
      }
      break;
  }
  note_timestamp(h, j, in, seq, sure, stamp_known);
  return arrive_text(h, j, in, seq, sure);
}

// A TIME-WAIT, an orphan that waits for the peer's FIN, or half a handshake may have ended
// meanwhile.
void fork_if_over(const Hypothesis& h, Judgement& j, const Arrival& in) {
  const bool waited = h.phase == Phase::TimeWait && time_wait_may_end(h, j);
  const bool orphan = orphan_may_end(h, j);
  // What is not known to be one timeout may be several, and the last is at least half of them all.
  const bool due = j.when.until >= h.head_sent + (h.steady ? h.last_gap : h.last_gap / 2);
  // RFC 4987, 3.3: how long a half-open connection is kept, a listener decides.
  const bool waits = h.retransmissions > 0 && due;
  // Nor is it known whether there is one at all, where a cookie may have been the answer (3.6).
  const bool cookie = j.pressure && in.flags().syn() && !in.flags().ack();
  const bool half = h.phase == Phase::SynReceived && !h.active && (waits || j.impatient || cookie);
  const bool timed = user_timeout_over(h, j, j.when.until);
  const Time tried = j.when.until - h.head_first;
  const bool given_up = h.outstanding() && h.retransmissions >= kR1 && tried >= kDataR2 && due;
  if (!waited && !orphan && !half && !timed && !given_up) return;
  if (const auto* const before = half ? time_wait_before(h, j) : nullptr) {
    Hypothesis back = *before;
    if (!in.flags().rst()) hear(back, j);
    if (arrive_other(back, j, in)) j.fork(back);
  }
  Hypothesis gone = h;
  close_with(gone, j, timed || given_up ? Ending::TimedOut : Ending::Normal);
  if (half) gone.racing = kNowhere;  // It had nothing to acknowledge.
  if (!in.flags().rst()) hear(gone, j);
  if (arrive_closed(gone, j, in)) j.fork(gone);
}

}  // namespace

void grant_ack(Hypothesis& h) {
  if (h.ack_credit < 1000) ++h.ack_credit;
}

void ignore(Hypothesis& h, const Judgement& j, Id rule) {
  h.dropped = j.record;
  h.dropped_rule = static_cast<std::uint8_t>(rule);
}

void remember(Connection& facts, const Hypothesis& h, const Arrival& in) {
  const auto octets = in.segment.payload;
  if (octets.empty()) return;
  const auto size = static_cast<std::int64_t>(octets.size());
  if (facts.least_segment == 0 || size < facts.least_segment) facts.least_segment = size;
  if (!facts.arrived.empty() && facts.arrived.back().octets.data() == octets.data()) return;
  const Offset at = h.received(in.segment.seq.raw()) + in.flags().syn();
  facts.arrived.push_back({.at = at, .octets = octets});
}

bool arrive(Hypothesis& h, Judgement& j, const Arrival& in) {
  j.echo = in.segment.timestamps ? in.segment.timestamps->ecr : 0;
  if (h.phase != Phase::Closed) fork_if_over(h, j, in);
  begin_race(h, j);
  j.unstamped = false;
  if (h.dropped_rule != 0) j.held(static_cast<Id>(h.dropped_rule));  // It had no effect.
  h.dropped_rule = 0;
  if (silent_unasked(h, j.facts, j.when.from)) j.held(Id::KeepAliveOff);
  if (!in.flags().rst()) hear(h, j);
  const bool goes_on = h.phase == Phase::Closed    ? arrive_closed(h, j, in)
                       : h.phase == Phase::SynSent ? arrive_syn_sent(h, j, in)
                                                   : arrive_other(h, j, in);
  if (h.dropped_rule != 0 && in.length() > 0) {
    const Offset from = h.received(in.segment.seq.raw());
    j.facts.ignored = {
        .from = from, .to = from + in.length(), .record = j.record, .rule = h.dropped_rule};
  }
  return goes_on;
}

}  // namespace harness::model
