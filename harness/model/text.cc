#include "harness/model/text.h"

#include <algorithm>

#include "harness/model/close.h"

namespace harness::model {
namespace {

void drop_held(Hypothesis& h, std::size_t index) {
  for (std::size_t i = index + 1; i < h.held_count; ++i) h.held[i - 1] = h.held[i];
  h.held[--h.held_count] = Range{};
}

// Perhaps held, perhaps not: SHLD-31 is a SHOULD, and what is held may be let go.
void hold(Hypothesis& h, Offset from, Offset to) {
  for (std::size_t i = 0; i < h.held_count;) {
    if (h.held[i].from <= to && from <= h.held[i].to) {
      from = std::min(from, h.held[i].from);
      to = std::max(to, h.held[i].to);
      drop_held(h, i);
    } else {
      ++i;
    }
  }
  if (h.held_count == h.held.size()) {  // More than we count: the last two become one, lazily.
    from = std::min(from, h.held[h.held_count - 1u].from);
    to = std::max(to, h.held[h.held_count - 1u].to);
    drop_held(h, h.held_count - 1u);
  }
  std::size_t at = h.held_count++;
  for (; at > 0 && h.held[at - 1].from > from; --at) h.held[at] = h.held[at - 1];
  h.held[at] = {from, to};
}

void note_fin(Hypothesis& h, Connection& facts, Offset at) {
  if (h.fin == kNowhere) {
    h.fin = at;
  } else if (h.fin != at && !h.fin_received()) {
    h.fin = std::min(h.fin, at);  // Two ends of one stream: it is anybody's guess which counts.
    facts.doubtful = true;
  }
}

void take_in_order(Hypothesis& h, Judgement& j, Offset at, Offset data_end, Offset end,
                   Certainty sure) {
  const Offset before = h.rcv;
  const bool fills = h.held_count > 0 && h.held[0].from <= data_end && data_end > at;
  // What straddles the right edge may be cut there, taken whole, or not at all.
  if (end > h.advertised) sure = weaker(sure, Certainty::Maybe);
  if (sure == Certainty::Yes && at <= before) {
    h.rcv = end;
    j.owe(h, Debt::Ack, Id::AckDelay, j.assume.profile.ack_delay);
    const auto fresh = std::max<Offset>(0, data_end - std::max(at, before));
    h.unacked_octets += static_cast<std::uint32_t>(fresh);
    if (h.own_mss > 0 && h.unacked_octets >= 2u * h.own_mss) {
      j.owe(h, Debt::SecondSegment, Id::SecondSegment, j.assume.reaction, true);
    }
    if (fills) j.owe(h, Debt::SecondSegment, Id::GapFilled, j.assume.reaction, true);
  }
  h.rcv_high = std::max(h.rcv_high, end);
  absorb(h);
}

}  // namespace

void absorb(Hypothesis& h) {
  h.rcv_high = std::max(h.rcv_high, h.rcv);
  for (std::size_t i = 0; i < h.held_count;) {
    if (h.held[i].from <= h.rcv_high) h.rcv_high = std::max(h.rcv_high, h.held[i].to);
    if (h.held[i].to <= h.rcv) {
      drop_held(h, i);
    } else {
      ++i;
    }
  }
}

bool arrive_text(Hypothesis& h, Judgement& j, const Arrival& in, Offset seq, Certainty sure) {
  const Offset at = seq + in.flags().syn();
  const Offset data_end = at + in.octets();
  const Offset end = data_end + in.flags().fin();
  if (end == at) return true;
  remember(j.facts, h, in);
  if (h.fin_received()) {
    // "This should not occur since a FIN has been received from the remote side."
    if (data_end > h.fin) {
      ignore(h, j, Id::TextAfterFin);
      h.may_reset = j.facts.closed;  // "if new data is received after CLOSE is called": SHLD-3.
    }
    return true;
  }
  if (in.flags().fin()) note_fin(h, j.facts, data_end);
  const bool unread = j.facts.closed || (j.facts.reading_shut && j.facts.closing);
  if (in.octets() > 0 && data_end > h.rcv && (unread || j.facts.reading_shut)) {
    // MAY-1: nobody can read it any more; a reset says so (SHLD-3), or it is taken all the same.
    h.may_reset = unread;
    if (j.facts.closed && j.facts.late == 0) j.facts.late = std::max(at, h.rcv);
    if (sure == Certainty::Yes && at <= h.rcv)
      j.owe(h, Debt::Ack, Id::AckDelay, j.assume.profile.ack_delay);
    sure = Certainty::Maybe;
  }
  // A gap before it shows as well that data was lost on an application that has closed.
  if (at > h.rcv && unread) h.may_reset = true;
  if (at > h.rcv_high) {
    if (at < h.advertised || sure == Certainty::Maybe) hold(h, at, end);
    // It need not be at once: acknowledgments of many such segments may be thinned out.
    if (sure == Certainty::Yes)
      j.owe(h, Debt::DuplicateAck, Id::DuplicateAck, j.assume.profile.ack_delay, true);
  } else if (end > h.rcv) {
    take_in_order(h, j, at, data_end, end, sure);
  }
  settle(h, j);
  return true;
}

}  // namespace harness::model
