#include "harness/model/retransmission.h"

#include <algorithm>

#include "harness/model/reset.h"
#include "harness/model/time_wait.h"
#include "harness/model/window.h"

namespace harness::model {
namespace {

bool opening(const Hypothesis& h) {
  return h.phase == Phase::SynSent || h.phase == Phase::SynReceived;
}
bool closed_window(const Hypothesis& h) { return !opening(h) && h.edge_low <= h.una; }

Time patience(const Hypothesis& h, const Judgement& j) {
  if (closed_window(h)) return kMaxRto + kMaxRto / 10;  // It is probed instead.
  return longest_rto(h, j);
}

void expect_retransmission(Hypothesis& h, const Judgement& j) {
  if (h.outstanding() && h.una_high < h.nxt) {
    const Id later = closed_window(h) ? Id::ShrunkToZero : Id::Retransmission;
    j.owe(h, Debt::Retransmission, opening(h) ? Id::SynRetransmission : later, patience(h, j));
  }
}

// What the first timeout of text waits for, besides the round trip.
bool judge_first(Hypothesis& h, Judgement& j, Time elapsed) {
  // "The RTO MUST be re-initialized to 3 seconds when data transmission begins"; an echo measures
  // the round trip of a SYN that was repeated, too.
  if (h.syn_timed && !h.timestamps && j.facts.rtt_least == kNoTime) {
    if (elapsed + j.assume.slack < kRtoAfterSyn) {
      return j.fail({.id = Id::SynTimedOut,
                     .expected = "a retransmission after at least",
                     .found = "one after",
                     .nearest = "the same segment later: a SYN had to be sent again",
                     .unit = Unit::Duration,
                     .low = kRtoAfterSyn,
                     .high = kRtoAfterSyn,
                     .got = elapsed});
    }
    j.held(Id::SynTimedOut);
  }
  if (!h.restarted) return true;
  const Time least = j.assume.profile.least_rto != 0 ? j.assume.profile.least_rto : kMinRto;
  const Time since = j.when.until + j.assume.slack - (h.head_first + kInitialRto);
  if (since < least) {
    j.lapse({.id = Id::TimerRestart,
             .expected = "a retransmission an RTO after the last ACK of new data, at least",
             .found = "one after",
             .nearest = "the same segment later",
             .unit = Unit::Duration,
             .low = least,
             .high = least,
             .got = since - j.assume.slack});
  } else {
    j.held(Id::TimerRestart);
  }
  return true;
}

bool judge_time(Hypothesis& h, Judgement& j, bool head) {
  const Time elapsed = j.when.until - h.head_sent;
  // RFC 8985, 7: a tail loss probe, twice the round-trip time after the last segment.
  const Time quiet = j.when.until - j.facts.last_fresh;
  const bool may_probe = h.sack && h.retransmissions == 0 &&
                         (j.facts.rtt_least == kNoTime || quiet >= j.facts.rtt_least);
  if (head && closed_window(h)) note_probe(h, j, h.una);
  const bool unsure = h.una < h.una_high;  // Perhaps a partial ACK came, and this fills its hole.
  if (h.evidence || closed_window(h) || may_probe || unsure) return true;
  if (h.recover != kNowhere && !head) return true;
  // Before any timeout: nothing was sent again, or only what other evidence asked for.
  const bool untimed = h.retransmissions == 0 || h.last_gap == 0;
  const bool first = head && untimed && !opening(h);
  const Time profiled = first ? j.assume.profile.least_rto : 0;
  const Time least = std::max(profiled, j.facts.rtt_least != kNoTime ? j.facts.rtt_least : 0);
  if (elapsed < least) {
    return j.fail({.id = Id::EarlyRetransmission,
                   .expected = "no retransmission before the RTO, which is no less than the RTT of",
                   .found = "one after",
                   .nearest = "the same segment later",
                   .unit = Unit::Duration,
                   .low = least,
                   .high = least,
                   .got = elapsed});
  }
  j.held(Id::EarlyRetransmission);
  if (first && h.duplicates + h.likenesses >= kDuplicates && elapsed < kMinRto) {
    j.lapse({.id = Id::FastRetransmit,
             .expected = "a fast retransmission after three ACKs of one number and one window",
             .found = "one after ACKs that change the window",
             .nearest = "the same segment when the RTO is over"});
    return true;
  }
  if (first && !judge_first(h, j, elapsed)) return false;
  if (elapsed < kMinRto && head && untimed) {
    j.lapse({.id = opening(h) ? Id::InitialRto : Id::MinRto,
             .expected = "a retransmission after at least",
             .found = "one after",
             .nearest = "the same segment later",
             .unit = Unit::Duration,
             .low = kMinRto,
             .high = kMinRto,
             .got = elapsed});
  }
  // The first timeout may count from other things than the first transmission.
  if (head && h.retransmissions > 1 && h.steady && h.last_gap < kRtoCap) {
    const bool capped = elapsed + j.assume.slack >= kRtoCap;  // RFC 6298, 2.5.
    if (!capped && elapsed * 10 < h.last_gap * 18) {
      return j.fail({.id = Id::Backoff,
                     .expected = "the next retransmission after twice as long, about",
                     .found = "one after",
                     .nearest = "the same segment later",
                     .unit = Unit::Duration,
                     .low = 2 * h.last_gap,
                     .high = 2 * h.last_gap,
                     .got = elapsed});
    }
    j.held(Id::Backoff);
  }
  return true;
}

// RFC 6298, 5.4: "Retransmit the earliest segment that has not been acknowledged".
void judge_place(const Hypothesis& h, Judgement& j, Offset seq, bool head) {
  const bool timed = !h.evidence && h.recover == kNowhere && !closed_window(h) && !h.sack;
  if (!timed || h.una != h.una_high || j.racing()) return;
  if (head) {
    j.held(Id::EarliestFirst);
    return;
  }
  j.lapse({.id = Id::EarliestFirst,
           .expected = "after a timeout the earliest segment without an ACK, seq",
           .found = "seq",
           .nearest = "the segment at SND.UNA again",
           .unit = Unit::Number,
           .low = h.una,
           .high = h.una,
           .got = seq});
}

// "Special allowance should be made to accept valid ACKs" where the own window is closed.
void judge_heard(const Hypothesis& h, Judgement& j, Offset seq, Offset end) {
  if (end > j.facts.heard_shut || end <= h.una || j.racing()) return;
  j.lapse({.id = Id::ZeroWindowAck,
           .expected = "nothing before what came as acknowledged while the own window was closed,",
           .found = "a retransmission from",
           .nearest = "the ACK taken from what the window has no room for",
           .unit = Unit::Number,
           .low = j.facts.heard_shut,
           .high = j.facts.heard_shut,
           .got = seq});
}

bool judge_again(Hypothesis& h, Judgement& j, Offset seq, Offset end) {
  if (end <= h.una && !j.racing()) {
    return j.fail({.id = Id::Retransmission,
                   .expected = "nothing before what is acknowledged,",
                   .found = "a retransmission from",
                   .nearest = "a retransmission from SND.UNA",
                   .unit = Unit::Number,
                   .low = h.una,
                   .high = h.una,
                   .got = seq});
  }
  const bool head = seq <= h.una_high;
  judge_heard(h, j, seq, end);
  judge_place(h, j, seq, head);
  if (!judge_time(h, j, head)) return false;
  if (opening(h) && head && !h.evidence) h.syn_timed = true;
  h.restarted = false;
  h.likenesses = 0;
  j.held(opening(h) ? Id::SynRetransmission : Id::Retransmission);
  if (j.facts.sample_end != kNowhere && seq < j.facts.sample_end)
    j.facts.sample_end = kNowhere;  // Karn.
  if (h.recover == kNowhere) h.recover = h.nxt;
  if (head && h.evidence && !closed_window(h)) {
    // No timeout: the timer goes on from where it was started, or anew, and tells nothing of its
    // length.
    j.facts.backed_off = std::max(j.facts.backed_off, j.when.from - h.head_sent);
    h.last_gap = 0;
    h.steady = false;
    if (h.retransmissions == 0) h.retransmissions = 1;
    if (!h.sack) h.evidence = false;
    h.duplicates = 0;
  } else if (head) {
    // What came meanwhile may have restarted the timer: then this says nothing of its length.
    h.steady = !h.evidence && h.last_arrival < h.head_sent && h.last_gap > 0;
    h.last_gap = j.when.from - h.head_sent;
    j.facts.backed_off = std::max(j.facts.backed_off, h.last_gap);
    h.head_sent = j.when.from;
    if (h.retransmissions < 1000) ++h.retransmissions;
    if (!h.sack) h.evidence = false;
    h.duplicates = 0;
  } else if (h.retransmissions == 0) {
    h.retransmissions = 1;
  }
  h.clear(Debt::Retransmission);
  return true;
}

}  // namespace

bool user_timeout_over(const Hypothesis& h, const Judgement& j, Time by) {
  const bool waits = j.facts.app_high > h.nxt || (j.facts.closing && h.own_fin == kNowhere);
  return j.facts.own_timeout && h.phase != Phase::Closed && h.phase != Phase::TimeWait &&
         (h.outstanding() || h.probing || h.keepalives > 0 || waits) &&
         (by >= h.head_first + kLeastOverride || closed_window(h));  // It counts from SEND.
}

Time longest_rto(const Hypothesis& h, const Judgement& j) {
  const Time first = std::max(kInitialRto, 8 * j.facts.rtt_most + kSecond);
  return std::min(std::max({first, 3 * h.last_gap, 3 * j.facts.backed_off}),
                  kMaxRto + kMaxRto / 10);
}

void advance(Hypothesis& h, Judgement& j, Offset ack, Certainty sure) {
  if (sure != Certainty::Yes && std::min(ack, h.nxt) > h.una_high) {
    h.clear(Debt::Retransmission);  // Perhaps it counts, and then the timer starts again.
    h.una_high = std::min(ack, h.nxt);
    expect_retransmission(h, j);
  }
  h.una_high = std::max(h.una_high, std::min(ack, h.nxt));
  if (h.una_high == h.nxt) h.clear(Debt::Retransmission);  // Perhaps nothing is left to repeat.
  const bool sampled = j.facts.sample_end != kNowhere && ack >= j.facts.sample_end;
  if (sampled) {
    const Time least = std::max<Time>(0, j.when.from - j.facts.sample_sent);
    j.facts.rtt_least = std::min(j.facts.rtt_least, least);
    j.facts.rtt_most = std::max(j.facts.rtt_most, j.when.until - j.facts.sample_sent);
  }
  if (sure != Certainty::Yes || ack <= h.una) return;
  const bool shut = closed_window(h);
  // RFC 7323, 4: an echo tells the time since the first of several transmissions, too.
  if (h.timestamps && h.retransmissions > 0) {
    j.facts.rtt_most = std::max(j.facts.rtt_most, j.when.until - h.head_first);
  }
  h.una = ack;
  h.duplicates = 0;
  if (h.recover != kNowhere && h.una >= h.recover) h.recover = kNowhere;
  // A partial ACK: the next hole is filled at once; and so is what a closed window kept back.
  h.evidence = h.recover != kNowhere || shut;
  if (sampled) {
    j.facts.backed_off = 0;
    j.facts.sample_end = kNowhere;
  }
  h.retransmissions = 0;
  h.last_gap = 0;
  h.head_first = j.when.from - kInitialRto;
  h.restarted = h.recover == kNowhere && !shut;
  h.likenesses = 0;
  h.clear(Debt::Retransmission);
  expect_retransmission(h, j);
}

void count_evidence(Hypothesis& h, const Judgement& j, const Arrival& in, Offset ack,
                    Certainty sure) {
  if (sure == Certainty::Yes) {
    h.window_known = true;
    h.window_field = in.segment.window;
  }
  if (!h.outstanding()) return;
  if (in.segment.sack_count > 0 || closed_window(h)) h.evidence = true;
  if (ack != h.una || in.length() != 0) return;
  // RFC 5681, 2: a duplicate has "the advertised window ... in the last incoming acknowledgment".
  const Offset edge = ack + (Offset{in.segment.window} << (h.scaled ? h.peer_shift : 0));
  const bool same = j.last_window < 0 || in.segment.window == j.last_window || edge == h.edge_low ||
                    edge == h.edge_high;
  if (!same && sure == Certainty::Yes) {
    if (h.likenesses < kDuplicates) h.likenesses = (h.likenesses + 1) & 3;
  } else if (++h.duplicates >= kDuplicates) {
    h.evidence = true;
  }
}

bool judge_transmission(Hypothesis& h, Judgement& j, Offset seq, Offset end) {
  const bool idle = !h.outstanding();
  if (seq < h.nxt && !judge_again(h, j, seq, end)) return false;
  if (end > h.nxt) {
    // The answer to a probe waits for room: it measures nothing of the network.
    if (seq >= h.nxt && j.facts.sample_end == kNowhere && !(idle && closed_window(h))) {
      j.facts.sample_end = end;
      j.facts.sample_sent = j.when.until;
    }
    h.nxt = end;
    h.clear(Debt::Data);
    h.clear(Debt::Probe);
  }
  if (idle && h.outstanding()) {
    h.head_sent = h.head_first = j.when.from;
    h.retransmissions = h.duplicates = h.likenesses = 0;
    h.last_gap = 0;
    h.evidence = h.restarted = false;
    h.recover = kNowhere;
  }
  expect_retransmission(h, j);
  return true;
}

bool miss_retransmission(Hypothesis& h, Judgement& j) {
  const auto owed = h.debt(Debt::Retransmission);
  h.clear(Debt::Retransmission);
  const Time tried = owed.latest - h.head_first;
  Miss miss{.id = owed.id(),
            .expected = "a retransmission",
            .found = "none for",
            .nearest = "the segment at SND.UNA again",
            .unit = Unit::Duration,
            .low = 0,
            .high = 0,
            .got = owed.latest - h.head_sent,
            .cause = owed.cause};
  if (h.phase == Phase::SynReceived && !h.active && (h.retransmissions > 0 || j.impatient)) {
    // RFC 4987, 3.3: how long a half-open connection is kept, a listener decides.
    fork_to_time_wait(h, j);
    close_with(h, j, Ending::Normal);
    return true;
  }
  if (j.facts.own_timeout || (j.facts.closed && tried >= kOrphan)) {
    close_with(h, j, Ending::TimedOut);
    return true;
  }
  if (h.retransmissions < kR1) {
    // Once it began, it was given up before R1; or what came should not have stopped it.
    if (h.retransmissions > 0) miss.id = opening(h) ? Id::SynGiveUp : Id::GiveUp;
    const bool probed = closed_window(h) && j.facts.probe_at != kNowhere && h.nxt - h.una <= 1;
    if (probed) miss.id = Id::ProbeKeepsOpen;
    const auto heard = static_cast<Id>(h.dropped_rule);
    if (heard == Id::SoftError || heard == Id::SourceQuench) {
      miss.id = heard;
      miss.cause = h.dropped;
    }
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
  }
  close_with(h, j, Ending::TimedOut);
  return true;
}

bool judge_giving_up(Hypothesis& h, Judgement& j) {
  if (j.facts.own_timeout || !j.facts.calls_known) return true;
  Miss miss{.id = Id::TellApplication,
            .expected = "a connection that goes on",
            .found = "one given up",
            .nearest = "to go on",
            .unit = Unit::Duration,
            .low = kDataR2,
            .high = kDataR2,
            .got = j.when.until - h.head_first,
            .cause = event::kNoRecord};
  if (h.keepalives > 1) return true;
  if (h.keepalives == 1) {
    miss.id = Id::KeepAliveDeath;
    miss.expected = "more than one probe before it is given up";
    miss.unit = Unit::None;
    return j.fail(miss);
  }
  if (opening(h)) {
    if (miss.got + j.assume.slack >= kSynR2) return true;
    miss.id = Id::SynGiveUp;
    miss.expected = "to go on trying for at least";
    miss.found = "an end after";
    miss.low = miss.high = kSynR2;
    return j.fail(miss);
  }
  if (!h.outstanding() && !h.probing) {
    miss.unit = Unit::None;
    return j.fail(miss);
  }
  if (miss.got + j.assume.slack >= kDataR2) return true;
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
