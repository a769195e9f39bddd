#include "harness/model/retransmission.h"

#include <algorithm>

#include "harness/model/segmentation.h"
#include "harness/model/timeout.h"
#include "harness/model/window.h"

namespace harness::model {
namespace {

Time patience(const Hypothesis& h, const Judgement& j) {
  // It is probed instead, perhaps.
  if (!opening(h) && h.edge_low <= h.una_high) return kMaxRto + kMaxRto / 10;
  return longest_rto(h, j);
}

// RFC 5827, 3.1: what is on its way is too little to draw three duplicates, and so a duplicate that
// has just come is enough.
bool early_retransmit(const Hypothesis& h, const Judgement& j) {
  const bool few = h.nxt - h.una <= (kDuplicates - 1) * effective_mss(h, j) + 1;
  // Nothing more is ready to be sent; what is short of a segment waits (3.7.4 of RFC 9293).
  const bool all = j.facts.app_high - h.nxt < effective_mss(h, j) || h.edge_low <= h.nxt;
  return few && all && h.duplicates >= kFewDuplicates &&
         j.when.from <= h.last_arrival + j.assume.reaction;
}

bool judge_time(Hypothesis& h, Judgement& j, bool head) {
  const Time elapsed = j.when.until - h.head_sent;
  // RFC 8985, 7: a tail loss probe, twice the round-trip time after the last segment.
  const Time quiet = j.when.until - j.facts.last_fresh;
  const bool may_probe =
      h.sack && h.retransmissions == 0 && (!j.facts.rtt_known || quiet >= j.facts.rtt_least);
  if (head && closed_window(h)) note_probe(h, j, h.una);
  const bool unsure = h.una < h.una_high;  // Perhaps a partial ACK came, and this fills its hole.
  if (head && h.duplicates >= kDuplicates) j.held(Id::FastRetransmit);
  if (h.evidence || closed_window(h) || may_probe || unsure) return true;
  if (h.recover != kNowhere && !head) return true;
  // Before any timeout: nothing was sent again, or only what other evidence asked for.
  const bool untimed = h.retransmissions == 0 || h.last_gap == 0;
  const bool first = head && untimed && !opening(h);
  const Time profiled = first ? j.assume.profile.least_rto : 0;
  const Time least = std::max(profiled, j.facts.rtt_known ? j.facts.rtt_least : 0);
  if (elapsed < least) {
    return j.fail({.id = rule_of_early(j.facts, Id::EarlyRetransmission),
                   .expected = h.duplicates > 0
                                   ? "no retransmission for so few duplicates before the RTT of"
                                   : "no retransmission before an RTO, no less than the RTT of",
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
  } else if (head && untimed) {
    j.held(opening(h) ? Id::InitialRto : Id::MinRto);
  }
  // The first timeout may count from other things than the first transmission.
  if (head && h.retransmissions > 1 && h.steady && h.last_gap < kRtoCap) {
    const bool capped = elapsed + j.assume.slack >= kRtoCap;  // RFC 6298, 2.5.
    if (!capped && elapsed * 10 < h.last_gap * 18) {
      return j.fail({.id = Id::Backoff,
                     .expected = opening(h) ? "the next SYN after twice as long, about"
                                            : "the next retransmission after twice as long, about",
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
  if (early_retransmit(h, j)) h.evidence = true;
  if (!judge_patience(h, j) || !judge_time(h, j, head)) return false;
  if (opening(h) && head && !h.evidence) h.syn_timed = true;
  h.restarted = false;
  h.likenesses = 0;
  j.held(Id::Retransmission);
  if (opening(h)) j.held(Id::SynRetransmission);
  if (j.facts.sample_end != kNowhere && seq < j.facts.sample_end)
    j.facts.sample_end = kNowhere;  // Karn.
  if (seq < j.facts.guess_end) j.facts.guess_end = kNowhere;
  // RFC 6582, 3.2: what is sent again after three duplicates is recovered from anew.
  const bool third = j.facts.third && j.facts.duplicate_record == j.facts.last_arrived;
  if (h.recover == kNowhere || (head && third)) h.recover = h.nxt;
  if (head && h.evidence && !closed_window(h)) {
    // No timeout: the timer goes on from where it was started, or anew, and tells nothing of its
    // length.
    j.facts.backed_off = std::max(j.facts.backed_off, j.when.from - h.head_sent);
    // Nothing has just come: perhaps it was the timer all the same.
    const bool timed = j.when.from > h.last_arrival + j.assume.reaction + j.assume.slack;
    if (timed) h.recover = h.nxt;
    h.last_gap = 0;
    h.steady = false;
    if (h.retransmissions < 1000) ++h.retransmissions;
    if (!h.sack) h.evidence = false;
  } else if (head) {
    // RFC 6582, 4: "After a retransmit timeout, record the highest sequence number transmitted in
    // the variable recover".
    h.recover = h.nxt;
    // What came meanwhile may have restarted the timer: then this says nothing of its length.
    h.steady = !h.evidence && !h.stirred && h.last_gap > 0;
    // Perhaps it fills a hole, or answers what has just come, and is no timeout.
    h.stirred = h.una < h.una_high || h.last_arrival >= j.when.from;
    h.last_gap = j.when.from - h.head_sent;
    j.facts.backed_off = std::max(j.facts.backed_off, h.last_gap);
    h.head_sent = j.when.from;
    if (h.retransmissions < 1000) ++h.retransmissions;
    if (h.retransmissions == kR1 && !opening(h)) j.held(Id::GiveUp);  // It goes on.
    if (!h.sack) h.evidence = false;
  } else if (h.retransmissions == 0) {
    h.retransmissions = 1;
  }
  if (head) h.duplicates = 0;
  h.clear(Debt::Retransmission);
  return true;
}

}  // namespace

Time longest_rto(const Hypothesis& h, const Judgement& j) {
  const Time first = std::max(kInitialRto, 8 * j.facts.rtt_most + kSecond);
  return std::min(std::max({first, 3 * h.last_gap, 3 * j.facts.backed_off}),
                  kMaxRto + kMaxRto / 10);
}

void expect_retransmission(Hypothesis& h, const Judgement& j) {
  if (h.outstanding() && h.una_high < h.nxt) {
    const Id later = closed_window(h) ? Id::ShrunkToZero : Id::Retransmission;
    j.owe(h, Debt::Retransmission, opening(h) ? Id::SynRetransmission : later, patience(h, j));
  }
}

void advance(Hypothesis& h, Judgement& j, Offset ack, Certainty sure) {
  const bool karn = h.una == 0 && j.facts.syn_again;
  const bool covered = j.facts.sample_end != kNowhere && ack >= j.facts.sample_end;
  const bool sampled = covered && !karn;
  const bool before = h.una_high > h.una;  // Perhaps the timer was started again then.
  note_round_trip(h, j, ack, sure, sampled);
  if (sure != Certainty::Yes && std::min(ack, h.nxt) > h.una_high) {
    h.clear(Debt::Retransmission);  // Perhaps it counts, and then the timer starts again.
    h.una_high = std::min(ack, h.nxt);
    expect_retransmission(h, j);
  }
  h.una_high = std::max(h.una_high, std::min(ack, h.nxt));
  if (h.una_high == h.nxt) h.clear(Debt::Retransmission);  // Perhaps nothing is left to repeat.
  if (sure != Certainty::Yes || ack <= h.una) return;
  const bool shut = closed_window(h);
  const Offset room = h.edge_low - h.nxt;
  const bool little = room > 0 && 2 * room < h.max_window && room < h.peer_mss;
  if (little && j.facts.app_low > h.nxt) j.held(Id::SillySender);  // It was not filled.
  if (h.own_fin != kNowhere && h.una <= h.own_fin && ack > h.own_fin) j.facts.fin_acked = j.record;
  h.una = ack;
  h.duplicates = 0;
  if (h.recover != kNowhere && h.una >= h.recover) h.recover = kNowhere;
  // A partial ACK: the next hole is filled at once; and so is what a closed window kept back.
  h.evidence = h.recover != kNowhere || shut;
  if (sampled) j.facts.backed_off = 0;
  if (covered) {
    j.facts.over_end = j.facts.sample_end;
    j.facts.over_sent = j.facts.sample_sent;
    j.facts.sample_end = kNowhere;
  }
  h.retransmissions = 0;
  h.last_gap = 0;
  h.head_first = j.when.from - kInitialRto;
  h.restarted = h.recover == kNowhere && !shut && !before;
  h.likenesses = 0;
  h.clear(Debt::Retransmission);
  expect_retransmission(h, j);
}

namespace {

// The third duplicate by the letter of RFC 5681, 2: also the window is the same as before. Whatever
// was sent again meanwhile, it counts.
bool is_third(const Hypothesis& h, Connection& facts, const Judgement& j, const Arrival& in,
              Offset ack) {
  if (facts.duplicate_record == j.record) return facts.third;
  const auto before = facts.duplicate_window;
  const bool same = before < 0 || in.segment.window == before;
  // What is perhaps acknowledged is perhaps repeated.
  const bool repeats = h.outstanding() && ack == h.una_high && in.length() == 0 && same;
  facts.duplicate_record = j.record;
  facts.duplicate_window = in.segment.window;
  facts.duplicates = ack > h.una_high ? 0 : facts.duplicates + (repeats ? 1 : 0);
  facts.third = repeats && facts.duplicates == kDuplicates;
  return facts.third;
}

}  // namespace

void count_evidence(Hypothesis& h, const Judgement& j, const Arrival& in, Offset ack,
                    Certainty sure) {
  if (sure == Certainty::Yes) {
    h.window_known = true;
    h.window_field = in.segment.window;
  }
  const bool third = is_third(h, j.facts, j, in, ack);
  if (!h.outstanding()) return;
  if (third) h.evidence = true;
  if (in.segment.sack_count > 0 || closed_window(h)) h.evidence = true;
  if (ack != h.una || in.length() != 0) return;
  // RFC 5681, 2: a duplicate has "the advertised window ... in the last incoming acknowledgment".
  const Offset edge = ack + (Offset{in.segment.window} << (h.scaled ? h.peer_shift : 0));
  const bool same = j.last_window < 0 || in.segment.window == j.last_window || edge == h.edge_low ||
                    edge == h.edge_high;
  // 5.3 restarts the timer with "an ACK ... that acknowledges new data", which this is not.
  if (sure == Certainty::Yes && edge == h.edge_low && edge == h.edge_high) h.stirred = j.stirred;
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
    if (seq >= h.nxt) begin_sample(h, j, end, idle);
    h.nxt = end;
    if (h.owed.owed(Debt::Data)) j.held(Id::NeverHold);
    h.clear(Debt::Data);
    h.clear(Debt::Probe);
  }
  if (idle && h.outstanding()) {
    h.head_sent = h.head_first = j.when.from;
    h.retransmissions = h.duplicates = h.likenesses = 0;
    h.last_gap = 0;
    h.evidence = h.restarted = h.stirred = false;
    h.recover = kNowhere;
  }
  expect_retransmission(h, j);
  return true;
}

}  // namespace harness::model
