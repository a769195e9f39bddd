#include "harness/model/timeout.h"

#include <algorithm>

namespace harness::model {
namespace {

void note_trip(Connection& facts, const Judgement& j, Time sent) {
  facts.rtt_least = std::min(facts.rtt_least, std::max<Time>(0, j.when.from - sent));
  facts.rtt_most = std::max(facts.rtt_most, j.when.until - sent);
}

// How long ago the target's clock showed what is echoed now, by how fast it went until now.
Time echoed_since(const Hypothesis& h, const Judgement& j) {
  const Connection& facts = j.facts;
  const auto ticked = static_cast<std::int32_t>(h.ts_last - facts.ts_base);
  const auto ago = static_cast<std::int32_t>(h.ts_last - j.echo);
  const Time longest = j.when.until - facts.ts_base_at.from;
  if (j.echo == 0 || !facts.ts_based || ago < 0 || ago > ticked || ticked == 0) return 0;
  // One tick more, for what was shown for a whole one.
  const Time tick = (facts.last_sent - facts.ts_base_at.from) / ticked;
  return std::min(longest, j.when.until - facts.last_sent + (ago + 1) * tick);
}

// "SRTT <- R, RTTVAR <- R/2, RTO <- SRTT + max (G, K*RTTVAR)" with K = 4, when one round trip was
// measured and no other.
bool judge_variance(Judgement& j, Time elapsed) {
  const Connection& facts = j.facts;
  if (facts.samples != 1 || !facts.rtt_known || facts.pressed) return true;
  // It was measured by a clock that ticks.
  const Time fine = facts.rtt_least / 8 + 10 * kMillisecond;
  const Time least = std::min(3 * facts.rtt_least - fine, kRtoCap);
  if (elapsed + j.assume.slack >= least) {
    j.held(Id::FirstVariance);
    return true;
  }
  return j.fail({.id = rule_of_early(facts, Id::FirstVariance),
                 .expected = "after one round trip a retransmission no sooner than three times it,",
                 .found = "one after",
                 .nearest = "the same segment later",
                 .unit = Unit::Duration,
                 .low = least,
                 .high = least,
                 .got = elapsed});
}

}  // namespace

// What perhaps does not count is perhaps no sample: it makes the RTO less or more, but none known.
void note_round_trip(const Hypothesis& h, const Judgement& j, Offset ack, Certainty sure,
                     bool sampled) {
  Connection& facts = j.facts;
  const bool stamped = h.timestamps && std::min(ack, h.nxt) > h.una;
  // Of a SYN that was sent again none is measured (Karn), but perhaps it was another connection's.
  const bool covered = facts.sample_end != kNowhere && ack >= facts.sample_end;
  if ((stamped || covered) && facts.sampled_by != j.record) {
    facts.sampled_by = j.record;
    ++facts.samples;
  }
  if (stamped) {
    // RFC 7323, 4: an echo may be of what was sent last, whatever it is that is acknowledged; and
    // of several transmissions it tells the time since the first, too.
    const Time least = std::max<Time>(0, j.when.from - facts.last_sent);
    facts.rtt_least = std::min(facts.rtt_least, least);
    facts.rtt_most = std::max(facts.rtt_most, echoed_since(h, j));
    if (h.retransmissions > 0) {
      facts.rtt_most = std::max(facts.rtt_most, j.when.until - h.head_first);
    }
  }
  // Where it was not sure before that it is acknowledged, it is measured only now.
  if (facts.over_end != kNowhere && h.una < facts.over_end && ack >= facts.over_end) {
    facts.rtt_most = std::max(facts.rtt_most, j.when.until - facts.over_sent);
  }
  if (sampled) {
    facts.rtt_known = facts.rtt_known || sure == Certainty::Yes;
    note_trip(facts, j, facts.sample_sent);
  }
  if (facts.guess_end != kNowhere && ack >= facts.guess_end) {
    note_trip(facts, j, facts.guess_sent);
    facts.guess_end = kNowhere;
  }
}

void begin_sample(const Hypothesis& h, const Judgement& j, Offset end, bool idle) {
  Connection& facts = j.facts;
  // The answer to a probe waits for room: it measures nothing of the network.
  const bool shut = idle && h.phase == Phase::Synchronized && h.edge_low <= h.una;
  if (facts.sample_end == kNowhere && !shut) {
    facts.sample_end = end;
    facts.sample_sent = j.when.until;
  }
  // The one before is perhaps over, or the window is perhaps open.
  const bool over = facts.sample_end != kNowhere && h.una_high >= facts.sample_end;
  const bool open = shut && h.edge_high > h.una;
  if (facts.guess_end == kNowhere && (over || open)) {
    facts.guess_end = end;
    facts.guess_sent = j.when.until;
  }
}

Id rule_of_early(const Connection& facts, Id otherwise) {
  const auto error = static_cast<Id>(facts.error_rule);
  return facts.error_rule != 0 && error == Id::QuotedNumber ? error : otherwise;
}

bool judge_patience(const Hypothesis& h, Judgement& j) {
  const Time set = j.facts.open_timeout, tried = j.when.from - h.head_first;
  if (h.phase != Phase::SynSent || set == 0) return true;
  if (tried <= set + kPunctual + j.assume.slack) {
    j.held(Id::OwnTimeout);
    return true;
  }
  // RFC 9293, 3.10.8: "For any state if the user timeout expires, flush all queues".
  return j.fail({.id = Id::OwnTimeout,
                 .expected = "the attempt given up when the application had set,",
                 .found = "another SYN after",
                 .nearest = "the application told, and nothing sent any more",
                 .unit = Unit::Duration,
                 .low = set,
                 .high = set,
                 .got = tried});
}

// What the first timeout of text waits for, besides the round trip.
bool judge_first(Hypothesis& h, Judgement& j, Time elapsed) {
  if (!judge_variance(j, elapsed)) return false;
  // "The RTO MUST be re-initialized to 3 seconds when data transmission begins"; an echo measures
  // the round trip of a SYN that was repeated, too, and an ACK of anything later perhaps.
  const bool begins = h.una_high <= 1 && j.facts.rtt_least == kNoTime;
  if (h.syn_timed && !h.timestamps && begins) {
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

// RFC 6298, 5.4: "Retransmit the earliest segment that has not been acknowledged"; for RFC 5681 it
// is the one "starting at SND.UNA" too.
void judge_place(const Hypothesis& h, Judgement& j, Offset seq, bool head) {
  const bool begins = h.recover == kNowhere && h.edge_low > h.una && !h.sack;
  // RFC 5681, 3.2: "The lost segment starting at SND.UNA MUST be retransmitted".
  const bool fast = h.duplicates >= kDuplicates;
  if (!begins || (h.evidence && !fast) || h.una != h.una_high || j.racing()) return;
  const Id id = fast ? Id::FastRetransmit : Id::EarliestFirst;
  if (head) {
    j.held(id);
    return;
  }
  j.lapse({.id = id,
           .expected = fast ? "after three duplicates the segment that they ask for, seq"
                            : "after a timeout the earliest segment without an ACK, seq",
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
  j.lapse({.id = Id::FinInShut,
           .expected = "nothing before what came as acknowledged while the own window was closed,",
           .found = "a retransmission from",
           .nearest = "the ACK taken from what the window has no room for",
           .unit = Unit::Number,
           .low = j.facts.heard_shut,
           .high = j.facts.heard_shut,
           .got = seq});
}

}  // namespace harness::model
