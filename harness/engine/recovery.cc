#include "harness/engine/recovery.h"

#include <algorithm>

#include "harness/engine/timers.h"
#include "harness/engine/transmit.h"

namespace harness::engine {
namespace {

using wire::before;
using wire::distance;

constexpr std::uint32_t kThreshold = 3;

// Does the ACK cover more than `recover`? If not, what came before may have been sent again without
// need, and the duplicates are no loss (RFC 6582, 3.2, 2). But when all of it is acknowledged, and
// fewer segments went again than duplicates came, one of these is of something new; and few octets
// in the last step say that a segment is missing after all (4.1).
bool another_loss(const Connection& c) {
  if (before(c.recover, c.snd_una)) return true;
  if (c.recover == c.snd_una && c.repeated < kThreshold) return true;
  return c.congestion.window > c.mss && distance(c.previous_una, c.snd_una) <= 4 * c.mss &&
         c.retransmits == 0 && c.previous_una != c.snd_una;
}

void start_recovery(Step& step, Connection& c) {
  // What limited transmit sent does not count (RFC 5681, 3.2, 2).
  const std::uint32_t flight = distance(c.snd_una, c.snd_nxt);
  const std::uint32_t limited = std::min(flight, (kThreshold - 1) * c.mss);
  c.congestion.lose(step.host.config.limited_transmit ? flight - limited : flight, c.mss);
  c.recover = c.snd_nxt;
  c.repeated = 0;
  c.recovering = true;
  c.partial = false;
  c.hole_due = true;
  set_send_timer(step, c, true);  // What goes again has a whole RTO to be acknowledged.
}

}  // namespace

bool is_duplicate_ack(const Connection& c, const Arrival& arrival) {
  return arrival.bare && arrival.ack == c.snd_una && c.outstanding() &&
         arrival.window == c.snd_wnd && c.send_timer == SendTimer::Retransmit;
}

void take_duplicate_ack(Step& step, Connection& c) {
  if (step.broken(Defect::FastRetransmitMissing)) return;
  ++c.duplicate_acks;
  if (c.recovering) {
    c.congestion.inflate(c.mss);
  } else if (c.duplicate_acks == kThreshold && c.send_point == c.snd_nxt && another_loss(c)) {
    start_recovery(step, c);
  }
}

bool recover(Connection& c, std::uint32_t octets) {
  c.duplicate_acks = 0;
  if (!c.recovering) {
    if (octets > 0) c.congestion.acknowledged(octets, c.mss);
    return true;
  }
  if (!before(c.snd_una, c.recover)) {
    c.congestion.recovered(distance(c.snd_una, c.snd_nxt), c.mss);
    c.recovering = false;
    return true;
  }
  c.congestion.acknowledged_in_part(octets, c.mss);
  c.hole_due = true;
  const bool first = !c.partial;
  c.partial = true;
  return first;
}

void leave_recovery(Connection& c) {
  c.recover = c.snd_nxt;
  c.repeated = 0;
  c.recovering = c.hole_due = false;
  c.duplicate_acks = 0;
}

void resend_first(Step& step, Connection& c) {
  c.hole_due = false;
  c.timing = false;
  ++c.total_retransmits;
  ++c.repeated;
  const std::uint32_t sent = distance(c.snd_una, c.snd_nxt);
  const std::uint32_t queued = distance(c.snd_una, c.data_end());
  const std::uint32_t length = std::min({queued, sent, c.mss});
  const bool fin = c.fin_queued && length == queued && sent > length;
  wire::Flags flags = wire::kAck;
  if (length > 0 && length == queued) flags |= wire::kPsh;
  if (fin) flags |= wire::kFin;
  emit(step, c, c.snd_una, flags, length);
  const SeqNum end = c.snd_una + length + (fin ? 1u : 0u);
  if (before(c.send_point, end)) c.send_point = end;  // A window that opened has all go again.
}

}  // namespace harness::engine
