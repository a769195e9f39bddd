#include "harness/model/text.h"

#include <algorithm>
#include <span>

#include "harness/model/close.h"
#include "harness/model/urgent.h"

namespace harness::model {
namespace {

void drop_held(Hypothesis& h, std::size_t index) {
  for (std::size_t i = index + 1; i < h.held_count; ++i) h.held[i - 1] = h.held[i];
  h.held[--h.held_count] = Range{};
}

void take_in_order(Hypothesis& h, Judgement& j, const Arrival& in, Offset at, Offset data_end,
                   Offset end, Certainty sure) {
  const Offset before = h.rcv;
  const bool gap = h.held_count > 0 && h.held[0].from > before && h.held[0].from <= data_end;
  const bool fills = gap && data_end > at && h.held_sure;
  // What straddles the right edge may be cut there, taken whole, or not at all.
  if (end > h.advertised) sure = weaker(sure, Certainty::Maybe);
  // Behind a FIN that came earlier, and is perhaps held, nothing is taken.
  const bool ended = h.fin != kNowhere && h.fin >= before && h.fin < data_end;
  if (ended) h.rcv_high = std::max(h.rcv_high, h.fin + 1);
  if (sure == Certainty::Yes && at <= before) {
    h.rcv = ended ? h.fin : end;
    // A stack that acknowledged in time until it sent its FIN no longer receives.
    const bool half = h.own_fin != kNowhere && h.acked > 1;
    j.owe(h, Debt::Ack, half ? Id::HalfCloseReceive : Id::AckDelay, j.assume.profile.ack_delay);
    const auto fresh = std::max<Offset>(0, data_end - std::max(at, before));
    // RFC 5681, 4.2, asks it of full-sized segments; to count octets is enough, and not asked.
    const auto size = fresh + static_cast<Offset>(in.segment.options.size());
    if (h.own_mss > 0) h.unacked_full += static_cast<std::uint32_t>(size / h.own_mss);
    if (h.unacked_full >= 2) {
      j.owe(h, Debt::SecondSegment, Id::SecondSegment, j.assume.reaction, true);
    }
    if (fills) j.owe(h, Debt::SecondSegment, Id::GapFilled, j.assume.reaction, true);
  }
  h.rcv_high = std::max(h.rcv_high, end);
  absorb(h);
}

}  // namespace

void hold(Hypothesis& h, Offset from, Offset to, Certainty sure) {
  h.held_sure = (h.held_count == 0 || h.held_sure) && sure == Certainty::Yes;
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
    const Range last = h.held[h.held_count - 1u];
    drop_held(h, h.held_count - 1u);
    hold(h, std::min(from, last.from), std::max(to, last.to), Certainty::Maybe);
    return;
  }
  std::size_t at = h.held_count++;
  for (; at > 0 && h.held[at - 1].from > from; --at) h.held[at] = h.held[at - 1];
  h.held[at] = {from, to};
}

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
  if (h.held_count == 0) h.held_sure = false;
}

namespace {

bool take_text(Hypothesis& h, Judgement& j, const Arrival& in, Offset seq, Certainty sure,
               bool fin) {
  const Offset at = seq + in.flags().syn();
  const Offset data_end = at + in.octets();
  const Offset end = data_end + fin;
  if (in.flags().urg() || in.segment.urgent != 0) note_urgent(h, j, in, seq, sure);
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
  if (fin && h.fin != data_end) {
    h.fin = data_end;
    j.facts.fin_record = j.record;
  }
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
  // What crosses the edge is perhaps cut there.
  const auto kept = end > h.advertised ? Certainty::Maybe : sure;
  if (at > h.rcv_high) {
    if (at < h.advertised || sure == Certainty::Maybe) hold(h, at, end, kept);
    // It need not be at once: acknowledgments of many such segments may be thinned out; and behind
    // a FIN, which waits as well, there is nothing.
    const bool behind = j.facts.least_fin != kNowhere && at >= j.facts.least_fin;
    if (sure == Certainty::Yes && !behind)
      j.owe(h, Debt::DuplicateAck, Id::DuplicateAck, j.assume.profile.ack_delay, true);
  } else if (end > h.rcv) {
    // Where what is before it was perhaps not taken, it is perhaps out of order.
    if (at > h.rcv && at < h.advertised) hold(h, at, end, kept);
    take_in_order(h, j, in, at, data_end, end, sure);
  }
  settle(h, j);
  return true;
}

// A FIN in another place than the first, or where octets have come; or octets where a FIN is.
bool disputed(const Hypothesis& h, const Arrival& in, Offset place) {
  if (h.fin_received()) return false;
  const bool known = h.fin != kNowhere;
  if (!in.flags().fin()) return known && in.octets() > 0 && place > h.fin;
  if (known) return h.fin != place;
  if (place < h.rcv) return false;
  const auto held = std::span{h.held}.first(h.held_count);
  return h.rcv_high > place ||
         std::ranges::any_of(held, [&](Range range) { return range.to > place; });
}

}  // namespace

bool arrive_text(Hypothesis& h, Judgement& j, const Arrival& in, Offset seq, Certainty sure) {
  const bool fin = in.flags().fin();
  const Offset place = seq + in.flags().syn() + in.octets();
  if (fin && (j.facts.least_fin == kNowhere || place < j.facts.least_fin))
    j.facts.least_fin = place;
  if (in.octets() > 0 && j.facts.least_fin != kNowhere && place > j.facts.least_fin) {
    j.facts.behind_fin = j.record;
    j.facts.crosses_fin = seq <= j.facts.least_fin;
  }
  if (disputed(h, in, place)) {
    // Two ends of one stream: it is anybody's guess which counts.
    if (++j.facts.odd_fins > kMostOddFins) j.facts.doubtful = true;
    Hypothesis other = h;
    if (!fin) other.fin = kNowhere;
    if (take_text(other, j, in, seq, sure, false)) j.fork(other);
  }
  return take_text(h, j, in, seq, sure, fin);
}

}  // namespace harness::model
