#include "harness/model/acceptability.h"

#include <algorithm>

#include "harness/model/ack.h"
#include "harness/model/reset.h"
#include "harness/model/time_wait.h"
#include "harness/model/urgent.h"

namespace harness::model {
namespace {

bool in_window(Offset at, Offset next, std::int64_t window) {
  return at >= next && at < next + window;
}

bool acceptable(Offset next, std::int64_t window, Offset seq, std::int64_t length) {
  if (length == 0) return window == 0 ? seq == next : in_window(seq, next, window);
  return window > 0 && (in_window(seq, next, window) || in_window(seq + length - 1, next, window));
}

Id rule_of(const Hypothesis& h, const Arrival& in, Offset seq) {
  if (in.flags().syn()) return Id::SynChallenge;
  if (!in.flags().ack()) return Id::Ackless;
  if (h.phase == Phase::TimeWait && in.flags().fin()) return Id::TimeWaitRestart;
  if (h.edge_last == h.rcv) {
    const bool fin = in.flags().fin() && in.octets() == 0 && seq == h.rcv;
    return fin ? Id::FinInShut : Id::ZeroWindowAnswer;
  }
  if (seq == h.rcv - 1 && in.octets() <= 1) return Id::KeepAliveAnswer;
  return Id::EmptyAck;
}

}  // namespace

Offset farthest(const Hypothesis& h, const Connection& facts) {
  // What the application has taken since the window was last told may have widened it already.
  const Offset taken = std::max<Offset>(0, facts.read - h.read_before);
  // RFC 7323, 2.3: SEG.WND = RCV.WND >> Rcv.Wind.Shift; what is shifted out counts all the same.
  const Offset hidden = (Offset{1} << h.window_shift()) - 1;
  return h.advertised + taken + hidden;
}

Certainty acceptability(const Hypothesis& h, const Judgement& j, Offset seq, std::int64_t length) {
  const Connection& facts = j.facts;
  bool all = true, any = false;
  // RFC 9293, 3.10.7.4: what is taken "adjusts RCV.WND as appropriate to the current buffer
  // availability": where there is room for as much as was told, the edge moves on with RCV.NXT.
  const Offset told = std::max<Offset>(0, h.edge_last - h.acked);
  for (const Offset next : {h.rcv, h.rcv_high}) {
    for (const Offset edge : {h.edge_last, h.advertised, farthest(h, facts), next + told}) {
      const auto window = std::max<Offset>(0, edge - next);
      const bool is = acceptable(next, window, seq, length);
      all = all && is;
      // "If the segment passes either part of the test, it contains data in the window"; one that
      // has all of the window in its middle passes neither, and contains it all the same.
      any = any || is || (window > 0 && seq < next && seq + length > edge);
    }
    // Table 6: "RCV.NXT =< SEG.SEQ < RCV.NXT+RCV.WND".
    const bool taken = j.assume.profile.takes_the_next || h.advertised <= next;
    if (length == 0 && taken && seq == std::max(next, h.advertised)) any = true;
  }
  // RCV.NXT may stand anywhere between the two: what crosses the edge is perhaps trimmed there.
  if (length == 0 && h.rcv < seq && seq < h.rcv_high) any = true;
  return all ? Certainty::Yes : any ? Certainty::Maybe : Certainty::No;
}

void owe_challenge(Hypothesis& h, const Judgement& j, Id rule) {
  // RFC 7323, 3.2: "If a non-<RST> segment is received without a TSopt, a TCP SHOULD silently
  // drop".
  if (!j.assume.lossless || j.unstamped) return;
  const auto& sent = j.facts.challenges;
  const auto within = [&](Time sent_at, Time throttle) {
    return sent_at != -kNoTime && j.when.until < sent_at + throttle + j.assume.slack;
  };
  if (within(sent.front(), j.assume.profile.throttle)) return;
  if (within(sent.back(), kThrottleOfTen)) return;
  j.owe(h, Debt::Challenge, rule, j.assume.reaction);
}

void note_challenge(const Judgement& j) {
  if (j.facts.challenge_record == j.record) return;
  j.facts.challenge_record = j.record;
  auto& sent = j.facts.challenges;
  std::copy_backward(sent.begin(), sent.end() - 1, sent.end());
  sent.front() = j.when.from;
}

bool arrive_unacceptable(Hypothesis& h, Judgement& j, const Arrival& in, Offset seq) {
  const Offset end = seq + in.length();
  grant_ack(h);
  h.asked = true;
  if (in.flags().syn()) h.syn_again = true;
  if (in.octets() > 0 && seq > h.rcv) j.facts.beyond = std::max(j.facts.beyond, end);
  note_unread(h, j, in, end);
  if (h.phase == Phase::TimeWait) return arrive_in_time_wait(h, j, in, seq);
  // RFC 9293, 3.5.2, group 2: in SYN-RECEIVED an unacceptable ACK is answered by a reset, whatever
  // its sequence number; 3.10.7.4 looks at that first, and acknowledges.
  if (h.phase == Phase::SynReceived) refuse_ack(h, j, in);
  // Only the sequence number is old: since the last acknowledgment nothing tells the peer so, and
  // a stack that measures from there takes the ACK field, and need not answer.
  // "If the RCV.WND is zero, no segments will be acceptable, but special allowance should be made
  // to accept valid ACKs."
  const bool shut = h.edge_last <= h.rcv_high;
  if (in.flags().urg() && !shut) j.facts.urged = seq + in.segment.urgent;
  const Offset told = h.sent(in.segment.ack.raw());
  // MUST-66: "the RST and URG fields of all incoming segments" count, "even when the receive window
  // is zero".
  if (shut && in.flags().urg()) note_urgent(h, j, in, seq, Certainty::Maybe);
  const bool closed = h.advertised == h.rcv && h.rcv == h.rcv_high && h.edge_last == h.rcv;
  if (closed && seq == h.rcv && in.flags().ack() && !in.flags().syn() && j.assume.lossless &&
      j.when.from == j.when.until && j.facts.read == h.read_before && told <= h.nxt) {
    j.facts.heard_shut = std::max(j.facts.heard_shut, told);
  }
  if (shut && in.flags().fin() && in.octets() == 0 && seq == h.rcv_high) j.facts.fin_in_shut = seq;
  // At the very edge its ACK is often heard, as that of a segment without text is.
  const bool edge = j.assume.profile.takes_the_next && seq == std::max(h.rcv_high, h.advertised);
  const bool heard = seq <= h.rcv_high || shut || edge;
  if (end >= h.acked && heard && in.flags().ack() && !in.flags().syn()) {
    j.facts.heard = j.record;
    const auto flow = arrive_ack(h, j, in, seq, Certainty::Maybe);
    if (flow == Flow::Dead) return false;
    if (in.length() == 0 && seq != h.rcv - 1) return true;
    if (h.debt(Debt::Ack).owed()) return true;
  }
  owe_challenge(h, j, rule_of(h, in, seq));
  ignore(h, j, in.flags().syn() ? Id::SynChallenge : Id::Acceptability);
  return true;
}

}  // namespace harness::model
