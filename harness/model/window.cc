#include "harness/model/window.h"

#include <algorithm>

namespace harness::model {

void update_send_window(Hypothesis& h, Judgement&, const Arrival& in, Offset seq, Offset ack,
                        Offset before, Certainty sure) {
  const Offset window = Offset{in.segment.window} << (h.scaled ? h.peer_shift : 0);
  const Offset edge = ack + window;
  const bool newer = h.wl1 < seq || (h.wl1 == seq && h.wl2 <= ack);
  // "SND.WND is an offset from SND.UNA": where the ACK counts and the window does not, it slides.
  if (ack > before && (!newer || sure != Certainty::Yes)) {
    h.edge_high = std::max(h.edge_high, ack + std::max<Offset>(0, h.edge_high - before));
    h.edge_any = std::max(h.edge_any, h.edge_high);
  }
  // 3.8.6 also knows a rule that goes by the ACK number alone.
  if (!newer && ack <= before) return;
  // One that was perhaps taken before may have been newer.
  if (!newer || seq < h.wl1_high) sure = weaker(sure, Certainty::Maybe);
  h.edge_any = std::max(h.edge_any, edge);
  h.max_window = std::max(h.max_window, window);
  if (sure != Certainty::Yes) {
    h.wl1_high = std::max(h.wl1_high, seq);
    h.edge_low = std::min(h.edge_low, edge);
    h.edge_high = std::max(h.edge_high, edge);
    return;
  }
  // The same numbers with a smaller window: a stack may go by the larger one.
  const bool again = h.wl1 == seq && h.wl2 == ack && edge < h.edge_high && window > 0;
  h.edge_low = edge;
  if (!again) h.edge_high = edge;
  h.wl1 = seq;
  h.wl2 = ack;
}

bool judge_send_window(Hypothesis& h, Judgement& j, Offset seq, Offset end) {
  if (end <= h.nxt) return true;
  if (end <= h.edge_high) {
    j.held(Id::SendWindow);
    return true;
  }
  const Offset fresh = std::max(seq, h.nxt);
  if (h.edge_low <= fresh && end - fresh == 1) {  // 3.8.6.1: "at least one octet of new data".
    j.held(Id::ProbeForm);
    h.last_probe = j.when.from;
    return true;
  }
  const Miss miss{.id = end <= h.edge_any ? Id::NewDataInShrunk : Id::SendWindow,
                  .expected = "new octets up to the peer's right edge,",
                  .found = "octets up to",
                  .nearest = "a segment that ends at the edge",
                  .unit = Unit::Number,
                  .low = h.edge_high,
                  .high = h.edge_high,
                  .got = end};
  if (end > h.edge_any) return j.fail(miss);
  j.lapse(miss);
  return true;
}

bool judge_offered_window(Hypothesis& h, Judgement& j, const Emission& out, Offset ack) {
  const int shift = h.scaled && !out.flags().syn() ? h.own_shift : 0;
  const Offset edge = ack + (Offset{out.segment.window} << shift);
  // RFC 7323, 2.4: what scaling cuts off is no shrinking.
  if (edge + (Offset{1} << shift) <= h.edge_last) {
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
  h.edge_last = edge;
  h.advertised = std::max(h.advertised, edge);
  h.read_before = j.facts.read;
  return true;
}

void expect_probe(Hypothesis& h, const Judgement& j) {
  const bool waits = j.facts.app_low > h.nxt || (j.facts.closing && h.own_fin == kNowhere);
  const bool open = h.phase == Phase::Synchronized && !h.outstanding() && waits;
  h.probing = open && h.edge_high <= h.nxt;
  if (h.probing) {
    j.owe(h, Debt::Probe, Id::ZeroWindowProbe, kMaxRto);
  } else {
    h.clear(Debt::Probe);
  }
  // MUST-60: nothing is outstanding, the window has room: nothing can keep it back for long.
  const bool free = open && j.facts.app_low > h.nxt && h.edge_low > h.nxt && h.own_fin == kNowhere;
  if (free) {
    j.owe(h, Debt::Data, Id::NeverHold, kOverride);
  } else {
    h.clear(Debt::Data);
  }
}

}  // namespace harness::model
