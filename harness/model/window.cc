#include "harness/model/window.h"

#include <algorithm>
#include <utility>

#include "harness/model/retransmission.h"
#include "harness/model/segmentation.h"

namespace harness::model {

void update_send_window(Hypothesis& h, Judgement& j, const Arrival& in, Offset seq, Offset ack,
                        Offset before, Certainty sure) {
  const Offset window = Offset{in.segment.window} << (h.scaled ? h.peer_shift : 0);
  const Offset edge = ack + window;
  const bool newer = h.wl1 < seq || (h.wl1 == seq && h.wl2 <= ack);
  // One that was perhaps taken before may have been newer.
  if (!newer || seq < h.wl1_high) sure = weaker(sure, Certainty::Maybe);
  // "SND.WND is an offset from SND.UNA": where the ACK counts and the window does not, it slides.
  if (ack > before && (!newer || sure != Certainty::Yes)) {
    h.edge_high = std::max(h.edge_high, ack + std::max<Offset>(0, h.edge_high - before));
    j.facts.edge_any = std::max(j.facts.edge_any, h.edge_high);
  }
  // Some trim a segment to the window before they look at its number; 3.8.6 also knows a rule that
  // goes by the ACK number alone.
  const Offset trimmed = std::max(seq, h.rcv);
  const bool perhaps = h.wl1 < trimmed || (h.wl1 == trimmed && h.wl2 <= ack);
  if (!newer && !perhaps && ack <= before) {
    j.facts.edge_late = edge;
    return;
  }
  j.facts.edge_any = std::max(j.facts.edge_any, edge);
  j.facts.max_window = std::max(j.facts.max_window, window);
  if (sure != Certainty::Yes) {
    h.wl1_high = std::max({h.wl1_high, h.wl1, seq});
    // Who took it for its ACK goes on from its number, which is the lower one.
    if (!newer && !perhaps) {
      h.wl1 = seq;
      h.wl2 = ack;
    }
    h.shrunk = false;
    const bool closes = h.edge_low > h.una_high && edge <= h.una_high;
    h.edge_low = std::min(h.edge_low, edge);
    h.edge_high = std::max(h.edge_high, edge);
    // Perhaps it is probed from now on, and the timer of the retransmission is no more.
    if (closes && h.owed.owed(Debt::Retransmission)) {
      h.clear(Debt::Retransmission);
      expect_retransmission(h, j);
    }
    return;
  }
  // The same numbers with a smaller window: a stack may go by the larger one.
  const bool again = h.wl1 == seq && h.wl2 == ack && edge < h.edge_high && window > 0;
  h.saw_window(window);
  h.edge_low = edge;
  if (!again) h.edge_high = edge;
  h.shrunk = again;
  h.wl1 = seq;
  h.wl2 = ack;
}

Id rule_in_window(const Hypothesis& h, const Connection& facts, Offset seq, Id otherwise) {
  if (!h.scaled || h.own_shift == 0) return otherwise;
  const Offset unit = Offset{1} << h.own_shift;
  const Offset unshifted = h.acked + ((h.edge_last - h.acked) >> h.own_shift);
  // A SYN is challenged wherever it stands.
  const bool rounded =
      seq >= h.edge_last - unit && (facts.took_back || otherwise != Id::SynChallenge);
  const bool wrong = rounded || (facts.took_back && seq >= unshifted);
  return wrong && seq < h.advertised ? Id::ScaledWindow : otherwise;
}

void note_old_window(const Hypothesis& h, Judgement& j, const Arrival& in) {
  const Offset window = Offset{in.segment.window} << (h.scaled ? h.peer_shift : 0);
  if (j.racing()) return;
  j.facts.edge_old = h.una_high + window;
  j.facts.edge_old_record = j.record;
}

bool judge_send_window(Hypothesis& h, Judgement& j, Offset seq, Offset end) {
  if (end <= h.nxt) return true;
  const Offset fresh = std::max(seq, h.nxt);
  // By 3.10.7.4 the same numbers with a smaller window count; some stacks go by the larger one.
  const bool shrunk = h.shrunk && end > h.edge_low && end - fresh > 1;
  if (end <= h.edge_high && !shrunk) {
    j.held(Id::SendWindow);
    if (h.edge_high < j.facts.edge_any) j.held(Id::NewDataInShrunk);
    if (h.edge_high < j.facts.edge_scaled) j.held(Id::ScaledSyn);
    const Offset before = std::exchange(j.facts.edge_late, kNowhere);
    const bool late = before != kNowhere && end > before;
    if (h.edge_high < j.facts.edge_old || late) j.held(Id::WindowOfOldAck);
    return true;
  }
  if (h.edge_low <= fresh && end - fresh == 1) {  // 3.8.6.1: "at least one octet of new data".
    note_probe(h, j, fresh);
    return true;
  }
  const Offset edge = shrunk ? h.edge_low : h.edge_high;
  Id beyond = end <= j.facts.edge_scaled ? Id::ScaledSyn : Id::SendWindow;
  if (end <= j.facts.edge_old) beyond = Id::WindowOfOldAck;
  const Miss miss{
      .id = end <= j.facts.edge_any ? Id::NewDataInShrunk : beyond,
      .expected = "new octets up to the peer's right edge,",
      .found = "octets up to",
      .nearest = "a segment that ends at the edge",
      .unit = Unit::Number,
      .low = edge,
      .high = edge,
      .got = end,
      .cause = beyond == Id::WindowOfOldAck ? j.facts.edge_old_record : event::kNoRecord};
  if (end > j.facts.edge_any) return j.fail(miss);
  j.lapse(miss);
  return true;
}

namespace {

// MUST-39: the right edge moves on by little only where all that can be offered is little. What
// counts as an MSS there is the receiver's estimate: no less than the shortest segment that came.
bool judge_opening(Hypothesis& h, Judgement& j, const Emission& out, Offset edge, Offset window,
                   int shift) {
  const Connection& facts = j.facts;
  const Offset moves = edge - h.advertised;
  if (h.advertised == 0 || moves <= Offset{1} << shift || facts.buffer_set) return true;
  if (window == 0) return true;  // What came beyond the edge was taken; nothing is opened.
  const std::int64_t shortest =
      facts.least_segment != 0 ? std::max<std::int64_t>(facts.least_segment, 88) : 536;
  // By the letter of 3.8.6.2.2 it is even Eff.snd.MSS, what the target itself may send besides its
  // options.
  const auto sent = carried_by_path(j, effective_mss(h, j)) -
                    static_cast<std::int64_t>(out.segment.options.size());
  const auto asked = facts.segment_asked > 0 ? facts.segment_asked : sent;
  const Offset least = std::min(
      {Offset{h.own_mss}, facts.most_offered / 2, Offset{shortest}, Offset{sent}, Offset{asked}});
  if (window >= least) {
    j.held(Id::SillyReceiver);
    return true;
  }
  return j.fail({.id = Id::SillyReceiver,
                 .expected = "a window that opens by a segment or half the buffer, at least",
                 .found = "one of",
                 .nearest = "the right edge where it was until there is more room",
                 .unit = Unit::Octets,
                 .low = least,
                 .high = least,
                 .got = window});
}

constexpr Offset kMereShrink = 100;  // Octets: so little may be left by chance.

// RFC 7323, 2.3: where the peer's SYN had no shift, a stack "MUST set both Snd.Wind.Shift and
// Rcv.Wind.Shift to zero". What is left of the edge that was told is that edge shifted all the
// same, and is read so from then on.
void judge_unscaled(Hypothesis& h, Judgement& j, Offset field, Offset ack) {
  if (h.scaled || !h.own_scales || h.own_shift == 0 || j.facts.buffer_set) return;
  const Offset shifted = (h.edge_last - ack) >> h.own_shift;
  if (shifted > kMereShrink && (field == shifted || field == shifted + 1)) h.shifts = true;
  if (!h.shifts || field == 0) return;
  j.lapse({.id = Id::ScaleAgreed,
           .expected = "a window that is not scaled: the peer's SYN had no shift, about",
           .found = "one of",
           .nearest = "the same window as it is",
           .unit = Unit::Octets,
           .low = field << h.own_shift,
           .high = field << h.own_shift,
           .got = field,
           .must = true});
}

// MUST-35: what is outstanding lies beyond a window that was shrunk to nothing. Whether probes or
// retransmissions ask then is left open; that something asks is not.
void expect_of_shrunk(Hypothesis& h, const Judgement& j) {
  const auto owed = h.debt(Debt::Retransmission);
  if (!owed.owed()) return;
  const bool shrunk = h.edge_high <= h.una && h.una_high < h.nxt;
  if (shrunk == (owed.rule == Id::ShrunkToZero)) return;
  h.clear(Debt::Retransmission);
  j.owe(h, Debt::Retransmission, shrunk ? Id::ShrunkToZero : Id::Retransmission,
        h.edge_low <= h.una_high ? kMaxRto + kMaxRto / 10 : longest_rto(h, j));
}

}  // namespace

bool judge_offered_window(Hypothesis& h, Judgement& j, const Emission& out, Offset ack) {
  if (!out.flags().syn()) judge_unscaled(h, j, out.segment.window, ack);
  const int shift = out.flags().syn() ? 0 : h.window_shift();
  const Offset window = Offset{out.segment.window} << shift;
  const Offset edge = ack + window;
  // Whether a SYN that acknowledges nothing tells an edge, RFC 9293 leaves open.
  const bool first = j.facts.most_offered == 0;
  j.facts.most_offered = std::max(j.facts.most_offered, window);
  if (!out.flags().syn() && !judge_opening(h, j, out, edge, window, shift)) return false;
  // RFC 7323, 2.4: what scaling cuts off is no shrinking.
  // The window of a SYN that is sent again is not scaled, and cannot say more.
  const bool again = out.flags().syn() && h.scaled;
  if (edge + (Offset{1} << shift) <= h.edge_last && !first && !again) {
    if (shift > 0) j.facts.took_back = true;
    j.lapse({.id = Id::ShrinkingEdge,
             .expected = "a right edge not left of",
             .found = "one at",
             .nearest = "a window that keeps the edge where it is",
             .unit = Unit::Number,
             .low = h.edge_last,
             .high = h.edge_last,
             .got = edge});
  } else {
    j.held(Id::ShrinkingEdge);
  }
  h.edge_last = again ? std::max(h.edge_last, edge) : edge;
  h.advertised = std::max(h.advertised, edge);
  h.read_before = j.facts.read;
  return true;
}

void note_probe(Hypothesis& h, Judgement& j, Offset at) {
  Connection& facts = j.facts;
  if (h.owed.owed(Debt::FirstProbe)) j.held(Id::FirstProbe);
  if (h.owed.owed(Debt::Probe)) j.held(Id::ZeroWindowProbe);
  const auto again = h.debt(Debt::Retransmission);
  if (again.owed() && again.rule == Id::ShrunkToZero) {
    j.held(Id::ShrunkToZero);
    j.held(Id::ZeroWindowProbe);
  }
  h.clear(Debt::FirstProbe);
  h.clear(Debt::Probe);
  h.clear(Debt::Retransmission);
  if (h.una_high < h.nxt) {
    j.owe(h, Debt::Retransmission, Id::ShrunkToZero, kMaxRto + kMaxRto / 10);
  }
  if (facts.probe_at == at && facts.last_probe != j.when.from) {
    const Time gap = j.when.until - facts.last_probe;
    if (h.last_arrival >= facts.last_probe) j.held(Id::ProbeKeepsOpen);  // That one was answered.
    // "SHOULD increase exponentially": by how much the RFC does not say.
    const bool shut = h.edge_high <= std::max(at, h.una);
    const bool small = facts.probe_gap < kRtoCap / 2 && gap * 4 < facts.probe_gap * 5;
    if (facts.probe_gap != 0 && shut && small) {
      j.lapse({.id = Id::ProbeGrowth,
               .expected = "a longer time between probes of the zero window than",
               .found = "the next after",
               .nearest = "the probe twice as late as the one before",
               .unit = Unit::Duration,
               .low = facts.probe_gap,
               .high = facts.probe_gap,
               .got = gap});
    } else if (facts.probe_gap != 0) {
      j.held(Id::ProbeGrowth);
    }
    facts.probe_gap = j.when.from - facts.last_probe;
  } else if (facts.probe_at != at) {
    facts.probe_gap = 0;
  }
  facts.probe_at = at;
  facts.last_probe = j.when.from;
}

void expect_probe(Hypothesis& h, const Judgement& j) {
  const bool waits = j.facts.app_low > h.nxt || (j.facts.closing && h.own_fin == kNowhere);
  const bool open = h.phase == Phase::Synchronized && !h.outstanding() && waits;
  h.probing = open && h.edge_high <= h.nxt;
  if (h.probing) {
    j.owe(h, Debt::Probe, Id::ZeroWindowProbe, kMaxRto + kMaxRto / 10);
    if (j.facts.probe_at == kNowhere && j.facts.app_low > h.nxt) {
      j.owe(h, Debt::FirstProbe, Id::FirstProbe, longest_rto(h, j), true);
    }
  } else {
    h.clear(Debt::Probe);
    h.clear(Debt::FirstProbe);
    if (h.edge_low > h.nxt) j.facts.probe_at = kNowhere;
  }
  // MUST-60: nothing is outstanding, the window has room: nothing can keep it back for long.
  const bool free = open && j.facts.app_low > h.nxt && h.edge_low > h.nxt && h.own_fin == kNowhere;
  if (free) {
    j.owe(h, Debt::Data, Id::NeverHold, kOverride);
  } else {
    h.clear(Debt::Data);
  }
  expect_of_shrunk(h, j);
}

}  // namespace harness::model
