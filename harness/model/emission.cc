#include "harness/model/emission.h"

#include <algorithm>

#include "harness/model/acceptability.h"
#include "harness/model/acknowledge.h"
#include "harness/model/close.h"
#include "harness/model/keep_alive.h"
#include "harness/model/open.h"
#include "harness/model/options.h"
#include "harness/model/reset.h"
#include "harness/model/retransmission.h"
#include "harness/model/segmentation.h"
#include "harness/model/time_wait.h"
#include "harness/model/urgent.h"
#include "harness/model/window.h"

namespace harness::model {
namespace {

// What is sent where no connection is.
bool emit_closed(Hypothesis& h, Judgement& j) {
  if (j.races(h)) return true;
  Id id = Id::HalfOpenData;
  if (h.ending == Ending::Reset) id = rule_of_reset(j.facts);
  if (h.ending == Ending::Refused) id = h.irs_known ? rule_of_reset(j.facts) : Id::SynSentOrder;
  if (h.ending == Ending::TimedOut) id = Id::UserTimeout;
  if (h.offered) id = Id::ListenOrder;
  return j.fail({.id = rule_behind(h, j, id),
                 .expected = h.resets_owed > 0 ? "a reset" : "nothing: there is no connection",
                 .found = "another segment",
                 .nearest = h.offered ? "<SEQ=ISS><ACK=RCV.NXT><CTL=SYN,ACK>" : "silence",
                 .cause = h.resets_owed > 0 ? h.resets[0].cause : event::kNoRecord});
}

bool wrong_sequence(Judgement& j, const char* expected, Offset want, Offset got) {
  return j.fail({.id = Id::SequenceSpace,
                 .expected = expected,
                 .found = "seq",
                 .nearest = "<SEQ=SND.NXT>",
                 .unit = Unit::Number,
                 .low = want,
                 .high = want,
                 .got = got});
}

// An old number that asks for an answer: of a zero window, or whether the peer is there.
bool judge_probe(Hypothesis& h, Judgement& j, const Emission& out) {
  // Where nothing waits, a probe of a window of zero is a keep-alive as well.
  const bool kept = (j.facts.keepalive || j.kept_alive) && !h.outstanding() && !h.probing;
  if ((h.edge_low <= h.una && !kept) || h.probing) {
    note_probe(h, j, h.una - 1);
    // Where all is perhaps acknowledged, in a window that is perhaps open, it is perhaps that.
    const bool perhaps = (j.facts.keepalive || j.kept_alive) && h.una_high == h.nxt && !h.probing;
    if (perhaps && h.keepalives < 200) ++h.keepalives;
    return true;
  }
  return judge_keep_alive(h, j, out);
}

bool judge_pure_ack(Hypothesis& h, Judgement& j, const Emission& out, Offset seq, Offset ack) {
  // After a timeout some stacks go back, and SND.NXT with them; a window that shrank holds it back.
  const bool back = h.recover != kNowhere || h.edge_low < h.nxt;
  if (seq != h.nxt && !(back && seq >= h.una && seq <= h.nxt)) {
    if (!judge_outstanding(h, j, out, seq)) return false;
    return wrong_sequence(j, "an acknowledgment at SND.NXT, seq", h.nxt, seq);
  }
  const int shift = h.window_shift();
  const bool wider = ack + (Offset{out.segment.window} << shift) > h.edge_last;
  // What leaves before the last arrival is seen is no answer to that.
  const bool before = j.racing() && ack < h.rcv;
  const bool answers = (before ? std::min(h.credit_before, h.ack_credit) : h.ack_credit) > 0 &&
                       j.when.from <= h.last_arrival + j.assume.profile.ack_delay + j.assume.slack;
  if (answers) {
    // What opens the window besides is no further acknowledgment.
    if (ack > h.acked || !wider || h.debt(Debt::Challenge).owed()) {
      --h.ack_credit;
      if (before) --h.credit_before;
    }
    if (h.asked || (ack <= h.acked && !wider)) note_challenge(j);
    note_time_wait(h, j);
    j.held(Id::OneAck);
    return true;
  }
  if (wider || ack > h.acked || j.facts.read > h.read_before) return true;
  // Urgent data is told of though the window is closed, perhaps, and nothing of it can be sent.
  if ((h.probing || h.edge_low <= h.nxt) && out.flags().urg()) return true;
  if (!judge_outstanding(h, j, out, seq)) return false;
  // What answers the ACK of our SYN shows that it was not taken.
  const bool late = j.facts.late_echo && ack == 1;  // It is still waited for.
  const bool soon = j.when.from <= h.last_arrival + j.assume.profile.ack_delay + j.assume.slack;
  const bool refused = late || (soon && j.facts.opened_by == j.facts.last_arrived);
  Id id = refused ? Id::SynReceivedAck : rule_behind(h, j, Id::OneAck);
  if (id == Id::OneAck) id = rule_of_refusal(h, j, id);
  if (id == Id::OneAck && soon && j.facts.same_stamp == j.facts.last_arrived) id = Id::Paws;
  if (id == Id::OneAck && judge_unanswerable(h, j)) return true;
  const char* expected = "nothing: every segment that came is answered";
  if (id == Id::ResetOutside) expected = j.facts.outside;
  if (late) expected = "the ACK of our SYN to be taken, whatever it echoes";
  return j.fail({.id = id,
                 .expected = expected,
                 .found = "one more acknowledgment",
                 .nearest = "silence",
                 .cause = h.dropped_rule != 0 ? h.dropped : event::kNoRecord});
}

bool judge_content(Hypothesis& h, Judgement& j, const Emission& out, Offset seq) {
  if (!j.facts.calls_known || out.octets() == 0) return true;
  const Offset wrong = first_wrong(j.facts, seq, out.segment.payload);
  if (wrong == kNowhere) return true;
  const bool again = wrong < h.nxt;
  return j.fail({.id = again ? Id::Retransmission : Id::SequenceSpace,
                 .expected = wrong >= j.facts.app_high
                                 ? "no octets beyond what the application wrote, up to"
                                 : "the octets the application wrote",
                 .found = "another octet at",
                 .nearest = "the same numbers with the application's octets",
                 .unit = Unit::Number,
                 .low = j.facts.app_high,
                 .high = j.facts.app_high,
                 .got = wrong});
}

// SHLD-3: "If such a host issues a CLOSE call while received data is still pending": a FIN would
// tell the peer that all of it was read.
void judge_unread(const Hypothesis& h, Judgement& j) {
  const Connection& facts = j.facts;
  if (!facts.calls_known || !facts.closed || facts.urgent || j.racing()) return;
  if (facts.reading != event::kNoRecord) return;
  Offset came = h.fin_received() ? h.fin : h.rcv;
  if (facts.late > 0) came = std::min(came, facts.late);
  if (came <= facts.read) return;
  j.lapse({.id = Id::HalfDuplexClose,
           .expected = "a reset: CLOSE came before what had arrived was read, octets",
           .found = "a FIN, and of the octets read",
           .nearest = "<SEQ=SND.NXT><CTL=RST>",
           .unit = Unit::Number,
           .low = came,
           .high = came,
           .got = facts.read});
}

bool judge_fin(Hypothesis& h, Judgement& j, const Emission& out, Offset data_end) {
  if (h.own_fin != kNowhere) {
    if (data_end > h.own_fin || (out.flags().fin() && data_end != h.own_fin)) {
      return j.fail({.id = Id::NoSecondFin,
                     .expected = "nothing beyond the FIN at",
                     .found = out.flags().fin() ? "another FIN at" : "octets up to",
                     .nearest = "the first FIN again",
                     .unit = Unit::Number,
                     .low = h.own_fin,
                     .high = h.own_fin,
                     .got = data_end});
    }
    j.held(Id::NoSecondFin);
    return true;
  }
  if (out.octets() > 0 && h.fin_received()) j.held(Id::HalfCloseSend);
  if (!out.flags().fin()) return true;
  if (j.facts.calls_known && !j.facts.closing) {
    return j.fail({.id = Id::HalfCloseSend,
                   .expected = "no FIN: the application has not closed",
                   .found = "a FIN",
                   .nearest = "the same without FIN"});
  }
  if (j.facts.calls_known && data_end < j.facts.app_low) {
    return j.fail({.id = Id::FlushBeforeFin,
                   .expected = "the FIN behind all that was written, at",
                   .found = "the FIN at",
                   .nearest = "the rest of the data first",
                   .unit = Unit::Number,
                   .low = j.facts.app_low,
                   .high = j.facts.app_low,
                   .got = data_end});
  }
  j.held(Id::FlushBeforeFin);
  judge_unread(h, j);
  if (!j.facts.closing) {  // Nobody told us of the CLOSE, nor when it was.
    h.closed_first = !h.fin_received();
    if (h.fin_perhaps()) {
      Hypothesis other = h;
      other.closed_first = !h.closed_first;
      other.own_fin = data_end;
      if (judge_transmission(other, j, data_end - out.octets(), data_end + 1) &&
          judge_acknowledgment(other, j, out)) {
        j.fork(other);
      }
    }
  }
  h.own_fin = data_end;
  h.clear(Debt::Fin);
  return true;
}

bool judge_data(Hypothesis& h, Judgement& j, const Emission& out, Offset seq) {
  const Offset data_end = seq + out.octets(), end = data_end + out.flags().fin();
  if (seq > h.nxt) return wrong_sequence(j, "the next octets, seq", h.nxt, seq);
  if (h.phase == Phase::SynReceived && out.octets() > 0) {
    return j.fail({.id = Id::SynReceivedAck,
                   .expected = "no data before our SYN is acknowledged",
                   .found = "data",
                   .nearest = "the SYN,ACK again"});
  }
  if (!judge_content(h, j, out, seq) || !judge_segmentation(h, j, out, seq, data_end)) return false;
  if (!judge_fin(h, j, out, data_end)) return false;
  if (end > h.nxt && end == h.nxt + 1 && out.flags().fin() && h.edge_low <= h.nxt) {
    // A FIN alone asks for no room in the peer's buffer; some send it all the same.
    return judge_transmission(h, j, seq, end);
  }
  return judge_send_window(h, j, seq, end) && judge_transmission(h, j, seq, end);
}

}  // namespace

Id rule_behind(const Hypothesis& h, const Judgement& j, Id otherwise) {
  if (h.dropped_rule != 0) return static_cast<Id>(h.dropped_rule);
  const bool unstamped =
      j.facts.unstamped != event::kNoRecord && j.facts.unstamped == j.facts.last_arrived;
  return unstamped && otherwise == Id::EmptyAck ? Id::UnstampedReset : otherwise;
}

bool emit(Hypothesis& h, Judgement& j, const Emission& out) {
  if (out.flags().rst()) return emit_reset(h, j, out);
  if (out.flags().syn()) return emit_syn(h, j, out);
  if (h.phase == Phase::Closed) return emit_closed(h, j);
  if (h.phase == Phase::SynSent) {
    return j.fail({.id = rule_behind(h, j, Id::SynSentOrder),
                   .expected = "a SYN, or nothing",
                   .found = "another segment",
                   .nearest = "<SEQ=ISS><CTL=SYN>"});
  }
  if (!out.flags().ack()) {
    return j.fail({.id = Id::AckAlways,
                   .expected = "the ACK bit",
                   .found = "a segment without it",
                   .nearest = "the same with ACK"});
  }
  j.held(Id::AckAlways);
  const Offset seq = h.sent(out.segment.seq.raw()), ack = h.received(out.segment.ack.raw());
  if (!judge_queue(h, j, ack) || !judge_ack_number(h, j, ack)) return false;
  if (!judge_options(h, j, out) || !judge_urgent(h, j, out, seq)) return false;
  const bool idle = h.una == h.nxt || h.edge_low <= h.una;
  const bool perhaps = h.una_high == h.nxt && out.octets() == 0;  // All is perhaps acknowledged.
  const bool at_probe = (idle && seq == h.una - 1) || (perhaps && seq == h.nxt - 1);
  const bool probe = at_probe && out.octets() <= 1 && !out.flags().fin();
  if (probe && seq >= 0) {
    if (!judge_probe(h, j, out)) return false;
  } else if (out.length() > 0) {
    if (!judge_data(h, j, out, seq)) return false;
  } else if (!judge_pure_ack(h, j, out, seq, ack)) {
    return false;
  }
  return judge_acknowledgment(h, j, out);
}

}  // namespace harness::model
