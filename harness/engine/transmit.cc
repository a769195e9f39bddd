#include "harness/engine/transmit.h"

#include <algorithm>

#include "harness/engine/timers.h"

namespace harness::engine {
namespace {

using wire::before;
using wire::distance;

bool may_send(TcpState state) {
  switch (state) {
    case TcpState::Established:
    case TcpState::CloseWait:
    case TcpState::FinWait1:
    case TcpState::Closing:
    case TcpState::LastAck:
      return true;
    default:
      return false;
  }
}

// Nagle (3.7.4) and silly window avoidance (3.8.6.2.1), for less than a full segment. All that
// our applications send counts as pushed.
bool held_back(const Connection& c, std::uint32_t queued, std::uint32_t length) {
  if (length >= c.mss) return false;
  if (!c.options.no_delay && c.outstanding()) return true;
  return length < queued && length < c.max_snd_wnd / 2;
}

void send_next(Step& step, Connection& c, std::uint32_t length, bool last, bool fin) {
  wire::Flags flags = wire::kAck;
  if (last && length > 0) flags |= wire::kPsh;  // MUST-61
  if (fin) flags |= wire::kFin;
  const SeqNum end = c.send_point + length + (fin ? 1u : 0u);
  if (before(c.send_point, c.snd_nxt)) ++c.total_retransmits;
  emit(step, c, c.send_point, flags, length);
  if (before(c.snd_nxt, end)) {
    if (!c.timing && c.send_point == c.snd_nxt) {
      c.timing = true;
      c.timed_end = end;
      c.timed_at = step.now;
    }
    c.snd_nxt = end;
  }
  c.send_point = end;
}

}  // namespace

void transmit(Step& step, Connection& c, bool force) {
  if (!may_send(c.state)) return;
  while (c.waiting()) {
    const SeqNum limit = c.snd_una + std::min(c.snd_wnd, c.congestion.window);
    const std::uint32_t usable = before(c.send_point, limit) ? distance(c.send_point, limit) : 0;
    const std::uint32_t queued = distance(c.send_point, c.data_end());
    const std::uint32_t length = std::min({queued, usable, c.mss});
    const bool fin = c.fin_queued && length == queued && usable > length;
    if (length == 0 && !fin) break;
    const bool again = before(c.send_point, c.snd_nxt);
    if (!force && !again && !fin && held_back(c, queued, length)) break;
    force = false;
    send_next(step, c, length, length == queued, fin);
  }
  set_send_timer(step, c, false);
}

void pay_ack(Step& step, Connection& c) {
  if (c.ack_owed == AckOwed::Now) {
    emit_ack(step, c);
  } else if (c.ack_owed == AckOwed::Delayed && c.deadline(Timer::DelayedAck) == clock::kNever) {
    step.host.set(c, Timer::DelayedAck, step.now + step.host.config.ack_delay);
  }
}

void challenge(Step& step, Connection& c) {
  const Config& config = step.host.config;
  if (c.challenges == 0 || step.now - c.challenges_since >= config.challenge_period) {
    c.challenges_since = step.now;
    c.challenges = 0;
  }
  if (c.challenges >= config.challenge_acks) return;
  ++c.challenges;
  emit_ack(step, c);
}

void emit_invalid_ack(Step& step, Connection& c, const Arrival& arrival) {
  if (arrival.payload.empty()) {
    if (c.invalid_ack_at > step.now) return;
    c.invalid_ack_at = step.now + step.host.config.invalid_ack_interval;
  }
  emit_ack(step, c);
}

void update_window(Step& step, Connection& c) {
  const bool receiving = c.state == TcpState::Established || c.state == TcpState::FinWait1 ||
                         c.state == TcpState::FinWait2;
  if (!receiving || c.fin_received) return;
  // Told at once only when it at least doubles what the peer knows of: until then it has enough.
  const std::uint32_t known = c.rcv_wnd(), room = receive_room(c);
  const std::uint32_t worth = std::min(c.options.receive_buffer / 2, c.mss);
  if (room > known && room - known >= worth && room / 2 >= known) emit_ack(step, c);
}

std::uint32_t receive_room(const Connection& c) {
  const std::uint32_t limit = c.options.receive_buffer, used = c.receive.size();
  return std::min(limit > used ? limit - used : 0, 65'535u);
}

}  // namespace harness::engine
