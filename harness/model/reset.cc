#include "harness/model/reset.h"

#include <algorithm>
#include <span>

#include "harness/model/acceptability.h"
#include "harness/model/give_up.h"
#include "harness/model/outside.h"
#include "harness/model/time_wait.h"
#include "harness/model/window.h"

namespace harness::model {
namespace {

void remove_form(Hypothesis& h, std::size_t at) {
  for (; at + 1 < h.resets_owed; ++at) h.resets[at] = h.resets[at + 1];
  h.resets[--h.resets_owed] = ResetForm{};
}

void push_form(Hypothesis& h, const Judgement& j, const Arrival& in, bool must) {
  const auto& segment = in.segment;
  const ResetForm form{.seq = segment.flags.ack() ? segment.ack.raw() : 0,
                       .ack = (segment.seq + segment.length()).raw(),
                       .cause = j.record,
                       .by_ack = segment.flags.ack(),
                       .must = must && j.assume.lossless};
  if (h.resets_owed == h.resets.size()) {
    // Each is sent at once: what two later segments have overtaken never was.
    auto late = h.debt(Debt::Reset);
    if (h.resets[0].must && late.owed()) {
      late.latest = std::min(late.latest, j.when.from - 1);
      h.owed.set(Debt::Reset, late);
    }
    remove_form(h, 0);
  }
  h.resets[h.resets_owed++] = form;
}

bool matches(const ResetForm& form, const wire::Segment& segment) {
  if (form.any) return true;
  if (form.by_ack) {
    return segment.seq.raw() == form.seq && (!segment.flags.ack() || segment.ack.raw() == form.ack);
  }
  return segment.seq.raw() == 0 && segment.flags.ack() && segment.ack.raw() == form.ack;
}

bool take_form(Hypothesis& h, const Emission& out) {
  // Of two that look alike it is the one that is owed.
  std::size_t at = h.resets_owed;
  for (std::size_t i = 0; i < h.resets_owed; ++i) {
    if (matches(h.resets[i], out.segment) && (at == h.resets_owed || h.resets[i].must)) at = i;
  }
  if (at == h.resets_owed) return false;
  remove_form(h, at);
  // Nobody can tell which of two segments that are alike it answers; another one has its own.
  const auto left = std::span{h.resets}.first(h.resets_owed);
  for (ResetForm& form : left) form.must = form.must && !matches(form, out.segment);
  if (std::ranges::none_of(left, &ResetForm::must)) h.clear(Debt::Reset);
  return true;
}

void end_by_reset(Hypothesis& h, Judgement& j) {
  const bool opening = h.phase == Phase::SynReceived;
  // MUST-11: opened passively it is LISTEN again, and nobody need be told.
  const auto ending = opening ? (h.active ? Ending::Refused : Ending::Normal) : Ending::Reset;
  const auto dropped = h.dropped;
  close_with(h, j, ending);
  h.dropped = dropped;
}

// SHLD-3: the application has closed, and has not read all that came.
bool unread(const Judgement& j, const Hypothesis& h) {
  const Offset data = h.fin == kNowhere ? h.rcv_high : std::min(h.rcv_high, h.fin);
  return j.facts.closed && j.facts.read < data;
}

// The application, or the closing of it, gives a reason to abort.
bool has_reason(const Judgement& j, const Hypothesis& h) {
  const Connection& facts = j.facts;
  if (!facts.calls_known) return true;
  if (h.phase == Phase::TimeWait) return false;
  const bool orphan = facts.fd < 0 && !j.listening;  // Never accepted, and nobody can.
  return facts.aborted || h.may_reset || unread(j, h) || orphan || h.hard_error;
}

// RFC 7323, 3.2: TSopt "SHOULD be sent in an <RST> segment".
void judge_stamp(Judgement& j, const Emission& out) {
  if (out.segment.timestamps) {
    j.held(Id::ResetStamped);
    return;
  }
  j.lapse({.id = Id::ResetStamped,
           .expected = "timestamps in the reset of an abort: they were agreed",
           .found = "none",
           .nearest = "<SEQ=SND.NXT><CTL=RST> with timestamps"});
}

bool judge_abort_numbers(Hypothesis& h, Judgement& j, const Emission& out) {
  const Offset seq = h.sent(out.segment.seq.raw()), ack = h.received(out.segment.ack.raw());
  Offset arrived = h.rcv_high;  // What came too late for anyone to read may be counted.
  if (h.may_reset && h.held_count > 0) arrived = std::max(arrived, h.held[0].to);
  const bool unread = h.may_reset || !j.facts.calls_known;
  const Offset next = unread ? std::min(h.acked, h.rcv) : h.rcv;
  const Offset low = j.racing() ? std::min(h.racing, next) : next;
  if (out.flags().ack() && h.irs_known && (ack < low || ack > arrived)) {
    const bool shut = ack == j.facts.fin_in_shut + 1 && !h.fin_received();
    return j.fail(
        {.id = shut ? Id::FinInShut : Id::ResetForm,
         .expected = shut ? "no FIN to be taken into a window of zero: ack" : "a reset with ack",
         .found = "one with ack",
         .nearest = "<SEQ=SND.NXT><ACK=RCV.NXT><CTL=RST,ACK>",
         .unit = Unit::Number,
         .low = low,
         .high = arrived,
         .got = ack});
  }
  // After a timeout some stacks go back, and SND.NXT with them.
  const bool back = h.recover != kNowhere || h.retransmissions > 0 || !j.facts.calls_known;
  const bool behind = back && (seq == h.una || seq == h.una_high);
  // As an acknowledgment (judge_pure_ack): a window that shrank holds it back.
  const bool shrunk = h.edge_low < h.nxt && seq >= h.una && seq <= h.nxt;
  // To text for nobody it is an answer, and may have the form of one.
  const bool answers = unread && seq == j.facts.last_ack;
  if (seq != h.nxt && seq != h.own_fin && !behind && !shrunk && !answers) {
    return j.fail({.id = Id::ResetForm,
                   .expected = "a reset at SND.NXT",
                   .found = "a reset at",
                   .nearest = "<SEQ=SND.NXT><CTL=RST>",
                   .unit = Unit::Number,
                   .low = h.nxt,
                   .high = h.nxt,
                   .got = seq});
  }
  j.held(Id::ResetForm);
  return true;
}

// One is due, but with other numbers; they count from the ISN where there is one.
bool wrong_form(const Hypothesis& h, Judgement& j, const Emission& out) {
  const auto& form = h.resets[0];
  const auto& got = out.segment;
  const bool opened = h.phase != Phase::Closed;
  const auto place = [&](std::uint32_t number) {
    if (!opened) return static_cast<Offset>(number);
    return form.by_ack ? h.sent(number) : h.received(number);
  };
  const auto want = form.by_ack ? form.seq : form.ack;
  const auto found = form.by_ack ? got.seq.raw() : got.ack.raw();
  return j.fail({.id = Id::ResetForm,
                 .expected = form.by_ack ? "a reset with SEQ=SEG.ACK"
                                         : "a reset with SEQ=0, ACK=SEG.SEQ+SEG.LEN",
                 .found = form.by_ack ? "one with SEQ" : "one with ACK",
                 .nearest = form.by_ack ? "<SEQ=SEG.ACK><CTL=RST>"
                                        : "<SEQ=0><ACK=SEG.SEQ+SEG.LEN><CTL=RST,ACK>",
                 .unit = Unit::Number,
                 .low = place(want),
                 .high = place(want),
                 .got = place(found),
                 .cause = form.cause});
}

}  // namespace

void close_with(Hypothesis& h, const Judgement&, Ending ending) {
  h.phase = Phase::Closed;
  h.ending = ending;
  h.told = ending == Ending::Normal || ending == Ending::Aborted;
  h.offered = h.may_reset = h.hard_error = h.must_end = false;
  const auto reset = h.debt(Debt::Reset);
  h.owed = Obligations{};
  h.owed.set(Debt::Reset, reset);
  h.held.fill(Range{});
  h.held_count = 0;
  h.held_sure = false;
  // What no longer matters is forgotten, so that readings which differ in nothing else are one.
  h.ack_credit = h.credit_before = h.retransmissions = h.keepalives = 0;
  h.una = h.una_high = h.nxt;
  h.max_window = h.ts_last = h.ts_echoed = 0;
  h.on_reset = h.on_syn = h.on_old_ack = h.on_early_ack = Answer::Unknown;
  h.edge_low = h.edge_high = h.wl1 = h.wl1_high = h.wl2 = 0;
  h.head_sent = h.head_first = h.last_gap = h.time_wait_since = 0;
  h.unacked_full = 0;
  h.duplicates = 0;
  h.likenesses = 0;
  h.window_field = 0;
  h.shut_gone = h.window_known = h.restarted = h.syn_timed = h.shrunk = h.ts_sure = false;
  h.stirred = false;
  h.recover = h.own_fin = kNowhere;
  if (!h.fin_perhaps()) h.fin = kNowhere;
  h.closed_first = false;
  h.evidence = h.steady = h.asked = h.probing = h.syn_again = false;
}

Id rule_of_reset(const Connection& facts) {
  return facts.reset_shut ? Id::InShutWindow : Id::ResetExact;
}

// "An incoming segment ... causes a RST to be sent in response": at once, or never.
void forget_resets(Hypothesis& h, const Judgement& j) {
  if (h.resets_owed == 0 || !j.assume.lossless) return;
  if (j.when.from <= h.last_arrival + j.assume.reaction + j.assume.slack) {
    // One that may have come did not, where two later segments have been seen.
    for (std::size_t i = h.resets_owed; i-- > 0;) {
      const ResetForm& form = h.resets[i];
      if (!form.must && !form.any && form.cause < j.facts.arrived_before) remove_form(h, i);
    }
    return;
  }
  h.resets.fill(ResetForm{});
  h.resets_owed = 0;
}

void may_reset(Hypothesis& h, const Judgement& j, const Arrival& in) { push_form(h, j, in, false); }

void note_unread(Hypothesis& h, const Judgement& j, const Arrival& in, Offset end) {
  const bool unread = j.facts.closed || (j.facts.reading_shut && j.facts.closing);
  if (h.phase == Phase::Synchronized && unread && in.octets() > 0 && end > h.rcv_high) {
    h.may_reset = true;
  }
}

void refuse_ack(Hypothesis& h, const Judgement& j, const Arrival& in) {
  const Offset ack = h.sent(in.segment.ack.raw());
  if (in.flags().ack() && (ack <= h.una || ack > h.nxt)) may_reset(h, j, in);
}

void owe_reset(Hypothesis& h, const Judgement& j, const Arrival& in, Id rule) {
  push_form(h, j, in, true);
  if (j.assume.lossless) j.owe(h, Debt::Reset, rule, j.assume.reaction);
}

bool arrive_reset(Hypothesis& h, Judgement& j, const Arrival& in, Offset seq,
                  Certainty acceptable) {
  if (acceptable == Certainty::No) {
    if (seq >= h.acked && seq < h.rcv) grant_ack(h);
    ignore(h, j, Id::ResetOutside);
    note_outside(h, j, seq, seq + in.length());
    return true;
  }
  Hypothesis reset = h;
  end_by_reset(reset, j);
  fork_to_time_wait(h, j);
  if (h.phase == Phase::TimeWait) {  // RFC 9293 ends it, RFC 1337 advises not to.
    j.fork(reset);
    grant_ack(h);  // A challenge, where neither advice is followed.
    h.last_arrival = j.when.until;
    return true;
  }
  const bool exact = seq == h.rcv && h.rcv == h.rcv_high;
  if (exact && acceptable == Certainty::Yes && j.assume.lossless) {
    j.facts.reset_shut = h.advertised == h.rcv && h.edge_last == h.rcv;
    j.held(rule_of_reset(j.facts));
    h = reset;
    return true;
  }
  // In the window, but not RCV.NXT: RFC 5961 challenges, RFC 793 resets.
  // That goes for one that is known to have come; where it may have been lost, both readings go on.
  const bool open =
      exact || h.held_count > 0 || h.rcv != h.rcv_high || acceptable == Certainty::Maybe;
  const bool opening = h.phase == Phase::SynReceived;
  // A closed socket that waits for the peer's FIN is answered for by other rules in many stacks.
  const bool orphan = j.facts.closed && h.own_fin_acked();
  if (opening || open || orphan || h.on_reset != Answer::Rfc5961) j.fork(reset);
  grant_ack(h);
  h.last_arrival = j.when.until;
  if (!opening && !open) {
    if (!orphan) h.on_reset = Answer::Rfc5961;
    owe_challenge(h, j, rule_in_window(h, j.facts, seq, Id::ResetInexact));
  }
  return true;
}

bool emit_reset(Hypothesis& h, Judgement& j, const Emission& out) {
  if (out.flags().any(wire::kSyn | wire::kFin)) {
    return j.fail({.id = Id::ResetForm,
                   .expected = "a reset without SYN and FIN",
                   .found = "one with them",
                   .nearest = "<CTL=RST>"});
  }
  const bool racing = j.races(h);
  forget_resets(h, j);
  const auto owed = h.debt(Debt::Reset), challenge = h.debt(Debt::Challenge);
  const Hypothesis asked = h;
  if (take_form(h, out)) {
    if (owed.owed() && owed.id() != Id::ResetForm) j.held(owed.id());
    if (challenge.owed()) j.held(challenge.id());
    if (j.facts.aborted &&
        h.phase != Phase::Closed) {  // Or it is the one that ends the connection.
      Hypothesis aborted = asked;
      close_with(aborted, j, Ending::Aborted);
      j.fork(aborted);
    }
    h.clear(Debt::Challenge);
    j.held(Id::ResetForm);
    return true;
  }
  if (h.phase == Phase::Closed) {
    if (racing) return true;
    if (h.resets_owed > 0) return wrong_form(h, j, out);
    return j.fail({.id = rule_behind(h, j, Id::ResetForm),
                   .expected = "nothing",
                   .found = "a reset",
                   .nearest = "silence",
                   .cause = h.dropped});
  }
  if (h.phase == Phase::SynReceived && !h.active && !j.listening) {  // Its listener is gone.
    close_with(h, j, Ending::Aborted);
    return true;
  }
  // RFC 4987, 3.6: who has answered with a cookie knows of no connection.
  const bool cookie = h.phase == Phase::SynReceived && !h.active && j.pressure;
  if (cookie && h.sent(out.segment.seq.raw()) == j.facts.last_ack) return true;
  if (has_reason(j, h)) {
    if (!judge_abort_numbers(h, j, out)) return blame_outside(j, "a reset");
    if (h.may_reset || unread(j, h)) j.held(Id::HalfDuplexClose);
    if (h.timestamps && !h.may_reset) judge_stamp(j, out);
    const bool told = j.facts.closed || j.facts.aborted;
    fork_if_given_up(h, j);
    close_with(h, j, Ending::Aborted);
    h.told = told;
    return true;
  }
  if (tries(h, j.facts)) {
    if (judge_giving_up(h, j)) {
      close_with(h, j, Ending::TimedOut);
      return true;
    }
    if (j.facts.behind_fin != j.facts.last_arrived) return blame_outside(j, "a reset");
  }
  if (h.phase == Phase::SynSent || h.phase == Phase::SynReceived) {
    if (h.resets_owed > 0) return wrong_form(h, j, out);
    if (h.phase == Phase::SynSent) {
      return j.fail({.id = rule_behind(h, j, Id::SynSentOrder),
                     .expected = "no reset: nothing came that asks for one",
                     .found = "a reset",
                     .nearest = "silence",
                     .cause = h.dropped_rule != 0 ? h.dropped : event::kNoRecord,
                     .ends = true});
    }
  }
  // 3.5.2, group 3: what is not acceptable is answered by an acknowledgment, never so.
  Id id = rule_behind(h, j, Id::EmptyAck);
  const bool answers = j.when.from <= h.last_arrival + j.assume.reaction + j.assume.slack;
  if (id == Id::EmptyAck && !answers) id = rule_of_giving_up(h, j.facts);
  if (h.phase == Phase::TimeWait) id = rule_of_time_wait(h, j);
  if (id == Id::Acceptability) id = Id::EmptyAck;
  auto cause = answers ? j.facts.last_arrived : event::kNoRecord;
  if (h.dropped_rule != 0) cause = h.dropped;
  const char* expected = "no reset: the connection lives";
  if (j.facts.behind_fin == j.facts.last_arrived) {
    id = Id::TextAfterFin;
    expected = j.facts.crosses_fin ? "no reset: octets across the peer's FIN are cut there"
                                   : "no reset: octets behind the peer's FIN are ignored";
  }
  if (j.facts.late_echo && h.acked <= 1 && h.sent(out.segment.seq.raw()) == j.facts.last_ack) {
    id = Id::SynReceivedAck;  // In that state a wrong one draws it: it is still waited for.
    expected = "the ACK of our SYN to be taken, whatever it echoes";
  }
  const bool across = id == Id::TextAfterFin && j.facts.crosses_fin;
  if (j.facts.reset_outside != event::kNoRecord && !across) {  // This one ended the connection.
    id = Id::ResetOutside;
    cause = j.facts.reset_outside;
    expected = j.facts.outside;
  }
  return j.fail({.id = id,
                 .expected = expected,
                 .found = "a reset",
                 .nearest = "an empty acknowledgment, <SEQ=SND.NXT><ACK=RCV.NXT><CTL=ACK>",
                 .cause = cause,
                 .ends = true});
}

}  // namespace harness::model
