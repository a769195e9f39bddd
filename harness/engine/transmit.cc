#include "harness/engine/transmit.h"

#include <algorithm>
#include <chrono>

#include "harness/engine/recovery.h"
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
bool held_back(const Step& step, const Connection& c, std::uint32_t queued, std::uint32_t length) {
  if (length >= c.mss) return false;
  const bool no_delay = c.options.no_delay && !step.broken(Defect::SmallTextCollected);
  if (!no_delay && c.outstanding()) return true;
  if (step.broken(Defect::SillySender)) return false;
  return length < queued && length < c.max_snd_wnd / 2;
}

// RFC 3042, 2: each of the first two duplicate ACKs lets one more segment go.
std::uint32_t congestion_window(const Config& config, const Connection& c) {
  const std::uint32_t window = c.congestion.window;
  if (c.duplicate_acks == 0 || c.recovering || !config.limited_transmit) return window;
  return window + std::min(c.duplicate_acks, 2u) * c.mss;
}

void send_next(Step& step, Connection& c, std::uint32_t length, bool last, bool fin) {
  wire::Flags flags = wire::kAck;
  if (last && length > 0 && !step.broken(Defect::PushMissing)) flags |= wire::kPsh;  // MUST-61
  if (fin) flags |= wire::kFin;
  const SeqNum end = c.send_point + length + (fin ? 1u : 0u);
  if (before(c.send_point, c.snd_nxt)) {
    ++c.total_retransmits;
    ++c.repeated;
  }
  emit(step, c, c.send_point, flags, length);
  c.sent_at = step.now;
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
  const Config& config = step.host.config;
  if (c.hole_due) resend_first(step, c);
  if (config.restart_after_idle && c.waiting() && !c.outstanding() &&
      step.now - c.sent_at > c.round_trip.rto) {
    c.congestion.restart(c.mss, config.initial_window);
  }
  while (c.waiting()) {
    SeqNum limit = c.snd_una + std::min(c.snd_wnd, congestion_window(config, c));
    if (step.broken(Defect::CongestionIgnored)) limit = c.snd_una + c.snd_wnd;
    if (step.broken(Defect::WindowOverrun)) limit = limit + c.mss;
    const std::uint32_t usable = before(c.send_point, limit) ? distance(c.send_point, limit) : 0;
    const std::uint32_t queued = distance(c.send_point, c.data_end());
    const std::uint32_t length = std::min({queued, usable, c.mss});
    const bool fin = c.fin_queued && length == queued && usable > length;
    if (length == 0 && !fin) break;
    const bool again = before(c.send_point, c.snd_nxt);
    if (!force && !again && !fin && held_back(step, c, queued, length)) break;
    force = false;
    send_next(step, c, length, length == queued, fin);
  }
  set_send_timer(step, c, false);
}

void pay_ack(Step& step, Connection& c) {
  if (c.ack_owed == AckOwed::Now) {
    emit_ack(step, c);
    if (step.broken(Defect::AckTwice)) emit_ack(step, c);
  } else if (c.ack_owed == AckOwed::Delayed && c.deadline(Timer::DelayedAck) == clock::kNever) {
    const clock::Duration late = std::chrono::seconds{step.broken(Defect::AckLate) ? 1 : 0};
    step.host.set(c, Timer::DelayedAck, step.now + std::max(step.host.config.ack_delay, late));
  }
}

void challenge(Step& step, Connection& c) {
  const Config& config = step.host.config;
  if (c.challenges == 0 || step.now - c.challenges_since >= config.challenge_period) {
    c.challenges_since = step.now;
    c.challenges = 0;
  }
  if (c.challenges >= config.challenge_acks && !step.broken(Defect::ChallengeUnlimited)) return;
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

}  // namespace harness::engine
