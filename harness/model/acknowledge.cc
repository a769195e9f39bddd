#include "harness/model/acknowledge.h"

#include <algorithm>

#include "harness/model/acceptability.h"
#include "harness/model/close.h"
#include "harness/model/reset.h"
#include "harness/model/text.h"
#include "harness/model/window.h"

namespace harness::model {
namespace {

Miss ack_miss(const Hypothesis& h, Offset low, Offset high, Offset got) {
  return {.id = Id::Acceptability,
          .expected = "ack",
          .found = "ack",
          .nearest = "<SEQ=SND.NXT><ACK=RCV.NXT><CTL=ACK>",
          .unit = Unit::Number,
          .low = low,
          .high = high,
          .got = got,
          .cause = h.debt(Debt::Ack).cause};
}

// Why what was acknowledged was not to be taken, where more can be said than the number.
const char* wanted_ack(const Hypothesis& h, const Connection& facts, Id id) {
  if (h.phase == Phase::SynReceived) return "nothing taken while it opens: ack";
  switch (id) {
    case Id::SequenceSpace:
      return h.fin_received() ? "a second FIN not to count: ack"
                              : "octets, SYN and FIN to count once, and an ACK not at all: ack";
    case Id::Paws:
      return facts.tick_before ? "what is older by one tick to be dropped: ack" : "ack";
    case Id::TextAfterFin:
      return facts.crosses_fin ? "octets across the peer's FIN to be cut there: ack" : "ack";
    case Id::OldAck:
      return "what has too old an ACK to be dropped: ack";
    default:
      return "ack";
  }
}

// RFC 7323, 3.2: what lacks its timestamp SHOULD be dropped.
void judge_bare(const Hypothesis& h, Judgement& j, Offset ack) {
  const Range bare = j.facts.bare;
  if (!h.timestamps || bare.to <= h.rcv || bare.from > h.rcv) return;
  if (ack <= h.rcv) {
    j.held(Id::Unstamped);
    return;
  }
  // What else came from there on may be what is acknowledged.
  const bool held = h.held_count > 0 && h.held[0].from < ack;
  const bool other = held || ack <= j.facts.stamped_end;
  if (j.racing() || other || ack > bare.to) return;
  j.lapse({.id = Id::Unstamped,
           .expected = "what lacks its timestamp to be dropped: ack",
           .found = "ack",
           .nearest = "silence",
           .unit = Unit::Number,
           .low = h.rcv,
           .high = h.rcv,
           .got = ack});
}

// The number the target acknowledges is its RCV.NXT: what was open is settled.
void learn_next(Hypothesis& h, Judgement& j, Offset ack) {
  if (j.racing() && ack < h.rcv) return;
  if (h.phase == Phase::SynReceived) return;  // What came with the SYN waits.
  judge_bare(h, j, ack);
  Offset held = ack;
  for (std::size_t i = 0; i < h.held_count; ++i) {
    if (h.held[i].from <= ack) held = std::max(held, h.held[i].to);
  }
  // Octets of a SYN need not be kept (RFC 9293, 3.10.7.2), nor may they be told from what follows.
  // Behind a FIN there is nothing to hold.
  const bool ended = j.facts.least_fin != kNowhere && ack > j.facts.least_fin;
  const bool kept = ack >= j.facts.syn_end && !ended;
  if (held > ack && held <= h.advertised && kept && h.held_sure && !j.racing()) {
    j.lapse({.id = Id::HoldOutOfOrder,
             .expected = "what came out of order to be held: ack",
             .found = "ack",
             .nearest = "an acknowledgment of all that has arrived",
             .unit = Unit::Number,
             .low = held,
             .high = held,
             .got = ack});
  } else if (h.held_count > 0 && ack >= h.held[0].to) {
    j.held(Id::HoldOutOfOrder);
    j.held(Id::QueueFirst);
  }
  h.rcv = ack;
  if (!j.racing()) {
    h.rcv_high = ack;
    // The octet at `ack` is not held; what lies behind it may be.
    while (h.held_count > 0 && h.held[0].to <= ack + 1) {
      for (std::size_t i = 1; i < h.held_count; ++i) h.held[i - 1] = h.held[i];
      h.held[--h.held_count] = Range{};
    }
    if (h.held_count > 0) h.held[0].from = std::max(h.held[0].from, ack + 1);
  }
  // A FIN that is neither taken nor perhaps held was not kept, nor was one that was passed over.
  const bool held_fin = h.held_count > 0 && h.held[h.held_count - 1u].to > h.fin;
  const bool left = h.fin >= h.rcv && !held_fin;
  if (h.fin != kNowhere && (left || ack > h.fin + 1) && !j.racing()) h.fin = kNowhere;
  absorb(h);
}

void settle_debts(Hypothesis& h, Judgement& j, Offset ack) {
  static constexpr Debt kMet[] = {Debt::Ack, Debt::DuplicateAck, Debt::SecondSegment};
  if (ack >= h.rcv) {
    for (const Debt debt : kMet) {
      if (!h.debt(debt).owed()) continue;
      j.held(h.debt(debt).id());
      h.clear(debt);
    }
    h.unacked_full = 0;
  }
  if (h.debt(Debt::Challenge).owed()) {
    j.held(h.debt(Debt::Challenge).id());
    if (h.phase == Phase::TimeWait) j.held(Id::TimeWait);  // It is still there to answer.
    h.clear(Debt::Challenge);
    note_challenge(j);
  }
}

}  // namespace

Id rule_of_refusal(const Hypothesis& h, const Judgement& j, Id otherwise) {
  const auto last = j.facts.last_arrived;
  if (j.when.from > h.last_arrival + j.assume.reaction + j.assume.slack) return otherwise;
  if (j.facts.wrap_stamp == last) return Id::Paws;
  if (j.facts.outdated == last) return Id::OutdatedStamp;
  return j.facts.old_ack == last ? Id::OldAckTaken : otherwise;
}

bool judge_ack_number(Hypothesis& h, Judgement& j, Offset ack) {
  // While it races with what arrives, the number before is as good as the one behind.
  const Offset low = j.racing() && ack <= h.racing ? std::min(h.racing, h.rcv) : h.rcv;
  if (ack > h.rcv_high) {
    auto miss = ack_miss(h, low, h.rcv_high, ack);
    const bool one = ack == h.rcv_high + 1;
    miss.id = rule_behind(h, j, one ? Id::SequenceSpace : Id::Acceptability);
    if (h.dropped_rule != 0) miss.cause = h.dropped;
    // What brought these octets, though something else came meanwhile.
    const auto& text = j.facts.ignored;
    if (text.from <= h.rcv_high && h.rcv_high < text.to && ack <= text.to) {
      miss.id = static_cast<Id>(text.rule);
      miss.cause = text.record;
    }
    miss.expected = wanted_ack(h, j.facts, miss.id);
    if (ack == j.facts.fin_in_shut + 1 && !h.fin_received()) {
      miss.id = Id::FinInShut;
      miss.expected = "no FIN to be taken into a window of zero: ack";
    }
    return j.fail(miss);
  }
  if (ack < low) {
    auto miss = ack_miss(h, low, h.rcv_high, ack);
    if (h.fin != kNowhere && ack == h.fin) miss.id = Id::SequenceSpace;
    if (h.own_fin != kNowhere && ack != h.fin) miss.id = Id::HalfCloseReceive;
    miss.id = rule_of_refusal(h, j, rule_in_window(h, j.facts, h.rcv - 1, miss.id));
    const bool taken = h.debt(Debt::Ack).owed() && h.debt(Debt::Ack).rule == Id::OldAck;
    if (taken && h.on_old_ack == Answer::Rfc793) {
      miss.id = Id::OldAck;
      miss.expected = "what has too old an ACK to be taken, as before: ack";
    } else if (taken && h.on_early_ack == Answer::Rfc793) {
      miss.id = Id::OldAckTaken;
      miss.expected =
          "text with an ACK from before our SYN to be taken or challenged, always alike: ack";
    }
    if (j.facts.late_echo && ack == 1) {  // It is still waited for.
      miss.id = Id::SynReceivedAck;
      miss.expected = "the ACK of our SYN to be taken, whatever it echoes: ack";
    }
    return j.fail(miss);
  }
  // "One could tailor actual segments to fit": what lies beyond the window is trimmed, or dropped.
  const Offset edge = farthest(h, j.facts);
  if (ack > edge && ack == h.fin + 1 && !j.facts.buffer_set && h.phase != Phase::SynReceived) {
    j.lapse({.id = Id::Trim,
             .expected = "what lies beyond the window to be trimmed: ack up to",
             .found = "ack",
             .nearest = "an acknowledgment of what lies in the window",
             .unit = Unit::Number,
             .low = edge,
             .high = edge,
             .got = ack});
  }
  j.held(Id::Acceptability);
  if (h.own_fin != kNowhere && ack > h.acked) j.held(Id::HalfCloseReceive);
  if (ack > h.acked && ack == h.rcv) {
    if (j.facts.old_ack == j.facts.last_arrived) j.held(Id::OldAckTaken);
    if (j.facts.outdated == j.facts.last_arrived) j.held(Id::OutdatedStamp);
    if (h.scaled && h.own_shift > 0) j.held(Id::ScaledWindow);
  }
  const bool counts_one = ack == 1 || (h.fin != kNowhere && ack == h.fin + 1);
  if (counts_one && h.owed.owed(Debt::Ack)) j.held(Id::SequenceSpace);
  return true;
}

bool judge_queue(const Hypothesis& h, Judgement& j, Offset ack) {
  const Offset before = j.facts.ack_alone;
  if (before == kNowhere || ack <= before || h.phase == Phase::SynReceived) return true;
  const bool waited = h.held_count > 0 && h.held[0].from <= before + 1 && ack <= h.held[0].to;
  if (!waited || j.racing()) return true;
  return j.fail({.id = Id::QueueFirst,
                 .expected = "one ACK, when all that waited is counted: ack",
                 .found = "before it, with nothing arriving between, ack",
                 .nearest = "the second alone",
                 .unit = Unit::Number,
                 .low = ack,
                 .high = ack,
                 .got = before});
}

bool judge_acknowledgment(Hypothesis& h, Judgement& j, const Emission& out) {
  const Offset ack = h.received(out.segment.ack.raw());
  if (out.length() > 0 && ack > h.acked && h.ack_credit > 0) --h.ack_credit;
  const Offset text = h.fin != kNowhere ? std::min(ack, h.fin) : ack;
  if (j.facts.late > 0 && text > j.facts.late && ack > h.acked) {
    j.lapse({.id = Id::HalfDuplexClose,
             .expected = "a reset: nobody can read what came after CLOSE",
             .found = "an acknowledgment of it, ack",
             .nearest = "<SEQ=SND.NXT><CTL=RST>",
             .unit = Unit::Number,
             .got = ack});
  }
  // The text that an ACK lets go is an answer to the rest of its segment, too.
  const bool soon = j.when.from <= h.last_arrival + j.assume.reaction + j.assume.slack;
  if (out.octets() > 0 && soon && j.facts.heard == j.facts.last_arrived) note_challenge(j);
  learn_next(h, j, ack);
  settle_debts(h, j, ack);
  h.acked = std::max(h.acked, ack);
  if (!judge_offered_window(h, j, out, ack)) return false;
  settle(h, j);
  return true;
}

void note_ack_alone(const Hypothesis& h, Judgement& j, const Emission& out) {
  const auto flags = out.flags();
  const bool alone = out.length() == 0 && flags.ack() && !flags.rst();
  const bool sure = h.phase == Phase::Synchronized && j.assume.lossless && !j.racing();
  j.facts.ack_alone = alone && sure ? h.received(out.segment.ack.raw()) : kNowhere;
}

}  // namespace harness::model
