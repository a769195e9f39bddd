#include "harness/model/open.h"

#include <algorithm>

#include "harness/model/acceptability.h"
#include "harness/model/close.h"
#include "harness/model/options.h"
#include "harness/model/outside.h"
#include "harness/model/reset.h"
#include "harness/model/retransmission.h"
#include "harness/model/text.h"
#include "harness/model/time_wait.h"
#include "harness/model/urgent.h"
#include "harness/model/window.h"

namespace harness::model {
namespace {

// IRS and RCV.NXT from the peer's SYN; its octets and FIN wait until the connection is open.
void learn_peer(Hypothesis& h, Judgement& j, const Arrival& in) {
  h.irs = in.segment.seq.raw();
  h.irs_known = true;
  h.rcv = h.rcv_high = h.acked = 1;
  h.fin = kNowhere;
  h.held.fill(Range{});
  h.held_count = 0;
  note_offer(h, j.facts, in.segment);
  j.facts.stamp_taken = j.when.until;
}

void queue_text(Hypothesis& h, Judgement& j, const Arrival& in) {
  remember(j.facts, h, in);
  const Offset end = 1 + in.octets() + in.flags().fin();
  if (end > 1) h.held[h.held_count++] = {1, end};
  j.facts.syn_end = std::max(j.facts.syn_end, end);
  if (in.flags().fin()) h.fin = 1 + in.octets();
}

// It has an option that nobody knows (MUST-6).
bool strange(const Arrival& in) {
  for (const auto& option : wire::Options{in.segment.options}) {
    constexpr std::uint8_t kLast = 8;  // Timestamps: what stands before is obsolete or known.
    if (option.kind > kLast && !option.broken) return true;
  }
  return false;
}

void set_send_window(Hypothesis& h, Connection& facts, Offset ack, std::uint16_t window) {
  h.wl1 = 0;
  h.wl2 = ack;
  h.edge_low = h.edge_high = ack + window;
  facts.edge_any = std::max(facts.edge_any, h.edge_high);
  if (h.scaled) facts.edge_scaled = ack + (Offset{window} << h.peer_shift);
  facts.max_window = std::max<Offset>(facts.max_window, window);
  // By 3.10.7.2 the window of a SYN that comes to LISTEN is not yet SND.WND.
  if (h.active) h.saw_window(window);
}

bool listen(Hypothesis& h, Judgement& j, const Arrival& in) {
  if (in.flags().ack()) {
    // With SYN cookies an ACK may be the first the listener hears of a connection (RFC 4987, 3.6).
    if (j.pressure || j.listen_maybe) {
      // Of one that is over it may be the first as well: it is open again then, with no SYN.
      if (j.pressure && h.ending != Ending::None) j.facts.doubtful = true;
      may_reset(h, j, in);
    } else {
      owe_reset(h, j, in, h.sent_back ? Id::SynReceivedSyn : Id::ListenOrder);
    }
    return true;
  }
  if (!in.flags().syn()) {
    ignore(h, j, Id::ListenOrder);
    return true;
  }
  Hypothesis fresh;
  fresh.last_arrival = h.last_arrival;
  fresh.ack_credit = h.ack_credit;
  fresh.reopens = h.reopens;
  fresh.offered = true;
  fresh.anew = h.anew || h.ending != Ending::None;
  // Until it opens, the application may still be told of the connection before.
  fresh.ending = h.ending;
  fresh.told = h.told;
  if (!h.offered) j.facts.left = std::max(j.facts.left, h.rcv_high);
  h = fresh;
  learn_peer(h, j, in);
  queue_text(h, j, in);
  set_send_window(h, j.facts, 0, in.segment.window);
  if (j.listen_maybe) may_reset(h, j, in);
  // A SYN with FIN is nobody's honest opening; many stacks let it fall.
  if (j.assume.lossless && j.listening && !j.pressure && !in.flags().fin()) {
    if (strange(in)) j.held(Id::UnknownOption);
    j.owe(h, Debt::SynAck, strange(in) ? Id::UnknownOption : Id::ListenOrder, j.assume.reaction);
  }
  return true;
}

bool wrong_syn(const Hypothesis& h, Judgement& j, const char* expected, Offset got) {
  return j.fail({.id = rule_behind(h, j, Id::SequenceSpace),
                 .expected = expected,
                 .found = "a SYN",
                 .nearest = "<SEQ=ISS><CTL=SYN>, the same number each time",
                 .unit = Unit::Number,
                 .low = 0,
                 .high = 0,
                 .got = got,
                 .ends = h.phase == Phase::SynReceived});
}

bool unwanted_syn(const Hypothesis& h, Judgement& j, const Emission& out, const char* expected) {
  const auto reset = h.debt(Debt::Reset);
  const bool refused = reset.owed() && reset.rule == Id::ListenOrder;  // It was due instead.
  const bool late = j.facts.late_echo && out.flags().ack() && h.sent(out.segment.seq.raw()) == 0;
  const char* const found = out.flags().ack() ? "a SYN,ACK" : "a SYN";
  j.fail({.id = late ? Id::SynReceivedAck
                     : rule_behind(h, j, refused ? reset.rule : Id::SequenceSpace),
          .expected = late ? "the ACK of our SYN to be taken, whatever it echoes" : expected,
          .found = found,
          .nearest = h.phase == Phase::Synchronized || h.phase == Phase::SynReceived
                         ? "an empty acknowledgment, <SEQ=SND.NXT><ACK=RCV.NXT><CTL=ACK>"
                         : "silence",
          .cause = h.dropped_rule != 0 ? h.dropped : event::kNoRecord});
  const bool asked = h.dropped_rule == static_cast<std::uint8_t>(Id::SynChallenge);
  return asked && !late ? blame_outside(j, found) : false;
}

bool open_active(Hypothesis& h, Judgement& j, const Emission& out) {
  if (j.facts.calls_known && !j.facts.connect)
    return unwanted_syn(h, j, out, "nothing: nobody asked for a connection");
  const bool over = h.ending != Ending::None;
  Hypothesis fresh;
  fresh.iss = out.segment.seq.raw();
  fresh.phase = Phase::SynSent;
  fresh.active = true;
  if (over && !j.facts.connect) {
    j.facts.reopen();
    j.facts.last_arrived = j.record;  // What was missed before is another connection's.
  }
  h = fresh;
  // Behind the peer's SYN, whose number is still to come, it is an edge that was told.
  h.edge_last = h.advertised = 1 + Offset{out.segment.window};
  return judge_syn_options(h, j, out) && judge_transmission(h, j, 0, out.length());
}

bool open_passive(Hypothesis& h, Judgement& j, const Emission& out) {
  if (h.reopens) {
    // MAY-2: "assigns its initial sequence number ... larger than the largest sequence number it
    // used on the previous connection incarnation".
    if (!wire::before(wire::SeqNum{j.facts.old_top} - 1, out.segment.seq)) {
      return j.fail({.id = Id::Reopen,
                     .expected = "an initial number beyond those of the connection before",
                     .found = "one at or below them",
                     .nearest = "a larger ISS"});
    }
    j.held(Id::Reopen);
    judge_reopening(h, j);
  }
  if (h.reopens || h.anew) {
    // Where another reading explains this SYN,ACK as well, it is none of a new connection.
    if (j.first) {
      j.facts.reopen(h.held_count > 0);
      // What its SYN told came before.
      j.facts.max_window = j.facts.edge_any = h.edge_high;
      if (h.held_count > 0) j.facts.syn_end = h.held[0].to;
      note_timestamp_value(j.facts, h.ts_recent);
    }
    h.reopens = h.anew = false;
  }
  h.iss = out.segment.seq.raw();
  h.phase = Phase::SynReceived;
  h.offered = false;
  h.ending = Ending::None;
  h.told = false;
  h.una = h.una_high = h.nxt = 0;
  h.ack_credit = 0;
  if (h.owed.owed(Debt::SynAck)) j.held(h.debt(Debt::SynAck).rule);
  h.clear(Debt::SynAck);
  j.held(Id::ListenOrder);
  if (!judge_syn_options(h, j, out)) return false;
  negotiate(h);
  return true;
}

bool judge_syn_ack_number(Hypothesis& h, Judgement& j, const Emission& out) {
  const Offset ack = h.received(out.segment.ack.raw());
  if (ack == 1) {
    j.held(Id::SequenceSpace);
    if (h.held_count > 0) j.held(Id::DataOnSyn);
    return true;
  }
  const bool text = ack > 1 && ack <= h.rcv_high + (h.held_count > 0 ? h.held[0].to : 0);
  return j.fail({.id = text ? Id::DataOnSyn : Id::SequenceSpace,
                 .expected = "ack",
                 .found = "ack",
                 .nearest = "<SEQ=ISS><ACK=RCV.NXT><CTL=SYN,ACK>",
                 .unit = Unit::Number,
                 .low = 1,
                 .high = 1,
                 .got = ack});
}

// RFC 7323, 2.2: scaling is on only where both SYNs had it, and timestamps once agreed are in every
// segment. Whichever of our SYN,ACKs reaches the peer, it must read the same.
bool judge_same_offer(const Hypothesis& h, Judgement& j, const Emission& out) {
  const bool again = h.nxt > 0 && !h.active && !h.syn_again && !j.pressure;
  if (!again) return true;
  if (h.scaled && out.segment.window_scale.value_or(15) != h.own_shift) {
    return j.fail({.id = Id::ScaleAgreed,
                   .expected = "the window scale of the first SYN,ACK",
                   .found = out.segment.window_scale ? "another" : "none",
                   .nearest = "the same SYN,ACK again"});
  }
  if (h.scaled) j.held(Id::ScaleAgreed);
  if (h.timestamps && !out.segment.timestamps) {
    return j.fail({.id = Id::TimestampsAlways,
                   .expected = "the timestamps of the first SYN,ACK",
                   .found = "none",
                   .nearest = "the same SYN,ACK again"});
  }
  return true;
}

bool emit_syn_ack(Hypothesis& h, Judgement& j, const Emission& out) {
  if (h.phase == Phase::Closed && h.offered) {
    if (!open_passive(h, j, out)) return false;
  } else if (h.phase != Phase::SynReceived) {
    // It crossed the acknowledgment of it.
    const Offset again = h.sent(out.segment.seq.raw());
    if (j.racing() && again == 0 && h.acked <= 1) return true;
    return unwanted_syn(h, j, out, "no SYN,ACK: no SYN asks for one");
  }
  const Offset seq = h.sent(out.segment.seq.raw());
  if (seq != 0) return wrong_syn(h, j, "the SYN at", seq);
  if (!judge_syn_ack_number(h, j, out) || !judge_offer(h, j, out)) return false;
  if (!judge_same_offer(h, j, out)) return false;
  if (h.syn_again) {
    h.evidence = true;  // The peer's SYN came again: our answer to it was lost.
    note_challenge(j);  // It was not acceptable either: RFC 5961, 7, counts the answer.
    h.syn_again = false;
  }
  if (h.active) j.held(Id::SimultaneousOpen);
  h.clear(Debt::SynAck);
  h.clear(Debt::Challenge);
  h.clear(Debt::Ack);
  if (!judge_offered_window(h, j, out, 1)) return false;
  if (!judge_transmission(h, j, 0, 1 + out.octets())) return false;
  // A backlog that is full may answer with cookies, and then nothing is sent again.
  j.facts.pressed = j.facts.pressed || j.pressure;
  if (j.pressure) h.clear(Debt::Retransmission);
  return true;
}

}  // namespace

bool arrive_closed(Hypothesis& h, Judgement& j, const Arrival& in) {
  if (in.flags().rst()) {
    ignore(h, j, j.listening ? Id::ResetInListen : Id::NoResetForReset);
    return true;
  }
  if (j.listening || j.listen_maybe) return listen(h, j, in);
  owe_reset(h, j, in, in.flags().ack() ? Id::HalfOpenData : Id::ResetForm);
  return true;
}

bool arrive_syn_sent(Hypothesis& h, Judgement& j, const Arrival& in) {
  const Offset ack = h.sent(in.segment.ack.raw());
  const auto flags = in.flags();
  if (flags.ack() && (ack <= 0 || ack > h.nxt)) {
    if (flags.rst()) {
      ignore(h, j, Id::ResetInSynSent);
    } else {
      owe_reset(h, j, in, Id::SynSentOrder);
    }
    return true;
  }
  if (flags.rst()) {
    // Verified erratum 8167: nothing is known of the peer's numbers yet, only the ACK counts.
    if (flags.ack()) {
      close_with(h, j, Ending::Refused);
    } else {
      ignore(h, j, Id::ResetInSynSent);
    }
    return true;
  }
  if (!flags.syn()) {
    ignore(h, j, Id::SynSentOrder);
    return true;
  }
  learn_peer(h, j, in);
  negotiate(h);
  queue_text(h, j, in);
  set_send_window(h, j.facts, flags.ack() ? ack : 0, in.segment.window);
  if (flags.ack()) {
    advance(h, j, ack, Certainty::Yes);
    j.facts.last_heard = j.when.until;
    h.phase = Phase::Synchronized;
    absorb(h);
    j.owe(h, Debt::Ack, Id::SynSentOrder, j.assume.profile.ack_delay);
  } else {
    h.phase = Phase::SynReceived;
    if (j.assume.lossless) j.owe(h, Debt::SynAck, Id::SimultaneousOpen, j.assume.reaction);
    h.evidence = true;  // The SYN,ACK repeats our SYN, and needs no timer for it.
  }
  return true;
}

bool arrive_syn(Hypothesis& h, Judgement& j, const Arrival& in, Offset seq, Certainty acceptable) {
  if (h.phase == Phase::SynReceived && !h.active) {
    // "return this connection to the LISTEN state", as some do with a reset; RFC 5961 challenges.
    fork_to_time_wait(h, j);
    Hypothesis listening = h;
    close_with(listening, j, Ending::Normal);
    listening.sent_back = true;
    may_reset(listening, j, in);
    j.fork(listening);
    refuse_ack(h, j, in);  // RFC 9293, 3.5.2, group 2: "The connection remains in the same state."
    if (acceptable == Certainty::Yes && !j.pressure && time_wait_before(h, j) == nullptr) {
      owe_challenge(h, j, Id::SynReceivedSyn);
    }
    h.asked = true;
    return true;
  }
  // A closed socket that waits for the peer's FIN is answered for by other rules in many stacks.
  const bool orphan = j.facts.closed && h.own_fin_acked();
  // RFC 793: a SYN in the window is an error, and ends the connection.
  if (orphan || h.on_syn != Answer::Rfc5961) {
    Hypothesis reset = h;
    close_with(reset, j, Ending::Reset);
    owe_reset(reset, j, in, Id::SynChallenge);
    j.fork(reset);
  }
  if (acceptable == Certainty::Yes) {
    if (!orphan) h.on_syn = Answer::Rfc5961;
    owe_challenge(h, j, rule_in_window(h, j.facts, seq, Id::SynChallenge));
  }
  h.asked = true;
  ignore(h, j, Id::SynChallenge);
  return true;
}

bool emit_syn(Hypothesis& h, Judgement& j, const Emission& out) {
  if (out.flags().fin() && j.facts.calls_known && !j.facts.closing) {
    return j.fail({.id = Id::HalfCloseSend,
                   .expected = "no FIN: the application has not closed",
                   .found = "a FIN",
                   .nearest = "the same without FIN"});
  }
  if (!judge_urgent(h, j, out, 0)) return false;
  if (out.flags().ack()) return emit_syn_ack(h, j, out);
  const bool gone = h.phase == Phase::Closed || h.phase == Phase::TimeWait;
  if (gone) return open_active(h, j, out);
  const Offset seq = h.sent(out.segment.seq.raw());
  if (h.phase != Phase::SynSent) {
    if (j.racing() && seq == 0 && h.acked <= 1) return true;
    return unwanted_syn(h, j, out, "no SYN: the handshake is over");
  }
  if (seq != 0) return wrong_syn(h, j, "the SYN at", seq);
  if (h.must_end) {
    j.lapse({.id = Id::IcmpEnds,
             .expected = "an end of the attempt: ICMP told of an error that stays",
             .found = "the SYN again",
             .nearest = "the application told, and nothing sent any more"});
  }
  return judge_syn_options(h, j, out) && judge_transmission(h, j, 0, out.length());
}

}  // namespace harness::model
