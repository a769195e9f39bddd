#include "harness/campaign/strand.h"

#include <algorithm>

namespace harness::campaign {

void Strand::see_syn(const wire::Segment& segment) {
  const bool other = !theirs || segment.seq.raw() != their_isn;
  if (!other) return;
  theirs = true;
  their_isn = segment.seq.raw();
  rcv = rcv_high = 1;
  acked = 0;
  early_count = 0;
  their_fin = false;
  their_mss = segment.mss.value_or(536);
  scales = segment.window_scale.has_value() && offer.shift.has_value();
  their_shift = scales ? std::min<std::uint8_t>(*segment.window_scale, 14) : std::uint8_t{0};
  stamps = segment.timestamps.has_value() && offer.timestamps;
  sacks = segment.sack_permitted && offer.sack;
}

void Strand::take(Piece piece) {
  if (precedes(rcv, piece.from)) {
    if (early_count < early.size()) early[early_count++] = piece;
    return;
  }
  if (precedes(rcv, piece.to)) {
    rcv = piece.to;
    their_fin = their_fin || piece.fin;
  }
}

void Strand::sent(Place from, Place to) {
  if (precedes(high, to)) high = to;
  if (!precedes(nxt, from) && precedes(nxt, to)) nxt = to;
}

void Strand::see(const wire::Segment& segment) {
  const auto flags = segment.flags;
  if (flags.rst()) {
    reset = theirs || nxt > 0;
    return;
  }
  if (segment.timestamps) stamp_seen = segment.timestamps->val;
  if (flags.syn()) see_syn(segment);
  if (!theirs) return;
  const Place seq = segment.seq.raw() - their_isn;
  const Place end = seq + segment.length();
  if (precedes(rcv_high, end)) rcv_high = end;
  if (segment.length() > 0 && !flags.syn()) {
    take({.from = seq, .to = end, .fin = flags.fin()});
    for (std::uint8_t i = 0; i < early_count;) {
      if (precedes(rcv, early[i].from)) {
        ++i;
        continue;
      }
      const auto piece = early[i];
      early[i] = early[--early_count];
      take(piece);
      i = 0;
    }
  }
  if (!flags.ack()) return;
  const Place ack = segment.ack.raw() - isn;
  if (precedes(una, ack) && !precedes(high, ack)) una = ack;
  if (precedes(nxt, una)) nxt = una;
  const Place limit = ack + (std::uint32_t{segment.window} << (flags.syn() ? 0 : their_shift));
  if (ack == una) edge = limit;
}

void Strand::begin_again(std::uint32_t new_isn) {
  isn = new_isn;
  nxt = high = una = edge = 0;
  fin.reset();
  theirs = their_fin = reset = false;
  rcv = rcv_high = acked = 0;
  early_count = 0;
}

}  // namespace harness::campaign
