#include "harness/model/ack.h"

#include <algorithm>

#include "harness/model/acceptability.h"
#include "harness/model/close.h"
#include "harness/model/open.h"
#include "harness/model/reset.h"
#include "harness/model/retransmission.h"
#include "harness/model/text.h"
#include "harness/model/time_wait.h"
#include "harness/model/window.h"

namespace harness::model {
namespace {

void enter_synchronized(Hypothesis& h, Connection& facts, const Arrival& in, Offset ack) {
  h.phase = Phase::Synchronized;
  h.clear(Debt::SynAck);
  h.wl1 = h.received(in.segment.seq.raw());
  h.wl2 = ack;
  const auto shift = h.scaled && !in.flags().syn() ? h.peer_shift : 0;
  const Offset window = Offset{in.segment.window} << shift;
  h.edge_low = h.edge_high = ack + window;
  facts.edge_any = std::max(facts.edge_any, h.edge_high);
  if (in.flags().syn() && h.scaled) facts.edge_scaled = ack + (window << h.peer_shift);
  facts.max_window = std::max(facts.max_window, window);
  h.saw_window(window);
}

Flow in_syn_received(Hypothesis& h, Judgement& j, const Arrival& in, Offset seq, Offset ack,
                     Certainty sure) {
  if (ack <= h.una || ack > h.nxt) {
    // "form a reset segment <SEQ=SEG.ACK><CTL=RST> and send it". Before that MAY-12 may have it
    // dropped and acknowledged, if it is beyond SND.NXT or older than a window that is hardly
    // known. What waits for its turn, or is a SYN besides, perhaps does not get that far; nor what
    // a listener without room lets wait.
    const bool turn = ack == h.una && sure == Certainty::Yes && seq <= h.rcv && !in.flags().syn();
    if (turn && !j.pressure && time_wait_before(h, j) == nullptr) {
      owe_reset(h, j, in, Id::SynReceivedAck);
    } else {
      may_reset(h, j, in);
      if (in.length() == 0) grant_ack(h);
      owe_challenge(h, j, Id::SynReceivedAck);
    }
    ignore(h, j, Id::SynReceivedAck);
    return Flow::Stop;
  }
  // A listener that has no room for one more may let it wait (RFC 4987, 2).
  const bool perhaps = j.pressure || sure == Certainty::Maybe;
  if (perhaps) j.fork(h);
  j.held(Id::SynReceivedAck);
  enter_synchronized(h, j.facts, in, ack);
  j.facts.opened_by = j.record;
  const auto& stamps = in.segment.timestamps;
  j.facts.late_echo = h.timestamps && stamps && j.facts.ts_based && stamps->ecr != j.facts.ts_base;
  if (j.before != nullptr && !perhaps) j.before->phase = Phase::Closed;
  advance(h, j, ack, Certainty::Yes);
  absorb(h);  // What came with the SYN counts from now on, or has to be sent again.
  settle(h, j);
  return Flow::Continue;
}

// It has octets or a FIN that come next, so that to take it is to acknowledge them.
bool brings_next(const Hypothesis& h, const Arrival& in, Offset seq) {
  return seq <= h.rcv && seq + in.length() > h.rcv && !h.fin_received();
}

// An ACK that is too old, or perhaps: the segment is dropped and answered, or its text is taken.
// Both readings go on, until the stack has shown what it does.
Flow old_with_text(Hypothesis& h, Judgement& j, Offset ack) {
  const bool surely = ack < h.una - j.facts.max_window;
  // Only "never sent" speaks against it, whatever is perhaps acknowledged; of the number of our SYN
  // even that is not true.
  const bool within = ack < 0 && ack >= h.una_high - Offset{h.max_window};
  const auto shown = surely ? h.on_old_ack : within ? h.on_early_ack : Answer::Unknown;
  const auto show = [&](Hypothesis& to, Answer answer) {
    if (surely) to.on_old_ack = answer;
    if (within) to.on_early_ack = answer;
  };
  if (shown != Answer::Rfc5961) {
    if (shown == Answer::Unknown) {
      Hypothesis dropped = h;
      show(dropped, Answer::Rfc5961);
      dropped.asked = true;
      owe_challenge(dropped, j, Id::OldAck);
      j.fork(dropped);
      show(h, Answer::Rfc793);
    }
    // Taken it is acknowledged as well, by what may be a challenge all the same.
    h.asked = true;
    j.owe(h, Debt::Ack, Id::OldAck, j.assume.profile.ack_delay);
    return Flow::Continue;
  }
  h.asked = true;
  owe_challenge(h, j, Id::OldAck);
  ignore(h, j, Id::OldAck);
  return Flow::Stop;
}

}  // namespace

Flow arrive_ack(Hypothesis& h, Judgement& j, const Arrival& in, Offset seq, Certainty sure) {
  const Offset ack = h.sent(in.segment.ack.raw());
  if (h.phase == Phase::SynReceived) return in_syn_received(h, j, in, seq, ack, sure);
  if (ack > h.nxt) {
    // "If the ACK acks something not yet sent, then send an ACK, drop the segment, and return."
    if (in.length() == 0) grant_ack(h);
    note_unread(h, j, in, seq + in.length());
    if (sure == Certainty::Yes) {
      owe_challenge(h, j, Id::AckUnsent);
      ignore(h, j, Id::AckUnsent);
    }
    return Flow::Stop;
  }
  // MAY-12: with that check the segment is dropped and answered, without it the text is taken.
  // What is not sure, the number or the window, may be as the target sees it.
  const Offset reach = h.max_window;
  // What was before our first octet, and so never sent, some take for too old, and say so.
  if (ack < 1 || ack < h.una - reach || (ack <= h.una && ack < h.una_high - reach)) {
    if (in.length() == 0) grant_ack(h);
    h.asked = true;  // If it is answered, then as a challenge.
    if (sure == Certainty::Yes && brings_next(h, in, seq)) return old_with_text(h, j, ack);
    return Flow::Perhaps;
  }

  // What an early segment acknowledged may count already: then this one is perhaps too old.
  const bool stale = ack < h.una_high - reach;
  if (stale) {
    if (in.length() == 0) {
      grant_ack(h);
    } else if (sure == Certainty::Yes && brings_next(h, in, seq)) {
      j.owe(h, Debt::Ack, Id::OldAck, j.assume.profile.ack_delay);
    }
    sure = Certainty::Maybe;
  }
  // Whether an ACK field counts before its segment's turn comes, the text leaves open.
  if (seq > h.rcv) sure = weaker(sure, Certainty::Maybe);
  const Offset before = h.una;
  if (ack < before && sure == Certainty::Yes && !stale) j.facts.old_ack = j.record;
  count_evidence(h, j, in, ack, sure);
  const bool fin_acked = h.own_fin != kNowhere && h.una_high > h.own_fin;
  advance(h, j, ack, sure);
  // What lies beyond it has arrived: what is missing may be sent again at once (RFC 6675, 5).
  if (in.segment.sack_count > 0 && h.outstanding()) h.evidence = true;
  // From LAST-ACK a later segment may end it that an earlier one did not.
  const bool open = !fin_acked || !h.closed_first;
  if (open && sure == Certainty::Maybe && h.own_fin != kNowhere && h.una_high > h.own_fin) {
    Hypothesis counted = h;  // The state depends on it: both readings go on, with all of it.
    counted.una = h.una_high;
    if (ack >= before) update_send_window(counted, j, in, seq, ack, before, sure);
    settle(counted, j);
    if (arrive_text(counted, j, in, seq, sure)) j.fork(counted);
  }
  if (ack >= before) {
    update_send_window(h, j, in, seq, ack, before, sure);
  } else {
    note_old_window(h, j, in);
  }
  settle(h, j);
  return stale ? Flow::Perhaps : Flow::Continue;
}

}  // namespace harness::model
