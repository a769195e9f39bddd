#include <algorithm>

#include "harness/engine/arrival.h"
#include "harness/engine/buffers.h"
#include "harness/engine/lifetime.h"
#include "harness/engine/recovery.h"
#include "harness/engine/timers.h"
#include "harness/engine/timestamps.h"
#include "harness/engine/transmit.h"

namespace harness::engine {
namespace {

using wire::at_or_before;
using wire::before;

// SND.UNA < SEG.ACK =< SND.NXT
bool acknowledges_new(const Connection& c, SeqNum ack) {
  return before(c.snd_una, ack) && at_or_before(ack, c.snd_nxt);
}

// What an ACK of our FIN leads to. False when the connection is over.
bool fin_acknowledged(Step& step, Connection& c) {
  switch (c.state) {
    case TcpState::FinWait1:
      c.state = TcpState::FinWait2;
      if (c.holder == Holder::Nobody && c.options.fin_wait_2_timeout >= clock::Duration{}) {
        step.host.set(c, Timer::Close, step.now + c.options.fin_wait_2_timeout);
      }
      return true;
    case TcpState::Closing:
      enter_time_wait(step, c);
      return true;
    case TcpState::LastAck:
      finish(step, c, 0);
      return false;
    default:
      return true;
  }
}

}  // namespace

// RFC 9293, 3.10.7.4, fifth
bool check_ack(Step& step, Connection& c, Arrival& arrival) {
  if (!arrival.flags.ack()) return step.broken(Defect::AcklessTaken) && c.was_open;
  if (c.state == TcpState::SynReceived) {
    if (step.broken(Defect::SynReceivedAnyAck)) arrival.ack = c.snd_nxt;
    if (!acknowledges_new(c, arrival.ack)) {
      emit_reset(step, arrival);
      return false;
    }
    take_new_ack(step, c, arrival);
    establish(step, c, arrival);
  }
  // RFC 5961, 5.2: (SND.UNA - MAX.SND.WND) =< SEG.ACK =< SND.NXT
  const std::uint32_t flight = wire::distance(c.snd_una, c.snd_nxt);
  if (!wire::in_window(arrival.ack, c.snd_una - c.max_snd_wnd, c.max_snd_wnd + flight + 1) &&
      !step.broken(before(c.snd_una, arrival.ack) ? Defect::AckOfUnsentTaken
                                                  : Defect::AckTooOldTaken)) {
    challenge(step, c);
    return false;
  }
  take_timestamp(step, c, arrival);
  if (c.state == TcpState::TimeWait) {
    // Nothing but the peer's FIN may come; a pure ACK is no reason to speak.
    if (!arrival.flags.fin() || step.broken(Defect::TimeWaitFinUnanswered)) return false;
    emit_ack(step, c);
    enter_time_wait(step, c);
    return false;
  }
  if (acknowledges_new(c, arrival.ack)) {
    take_new_ack(step, c, arrival);
  } else if (is_duplicate_ack(c, arrival) && step.host.config.fast_retransmit) {
    take_duplicate_ack(step, c);
  }
  if (at_or_before(c.snd_una, arrival.ack)) update_send_window(step, c, arrival);
  if (c.state == TcpState::Closing && step.broken(Defect::FinAcknowledgedByAny)) {
    enter_time_wait(step, c);
    return false;
  }
  if (c.fin_acked()) return fin_acknowledged(step, c);
  if (c.state != TcpState::Closing) return true;
  transmit(step, c);  // What our FIN follows may still be on its way.
  return false;       // "Otherwise, ignore the segment."
}

void take_new_ack(Step& step, Connection& c, const Arrival& arrival) {
  const SeqNum ack = arrival.ack;
  if (c.timing && at_or_before(c.timed_end, ack)) {
    c.timing = false;
    c.sampled_to = c.snd_nxt;
    c.round_trip.sample(step.now - c.timed_at, step.host.config);
  } else if (!c.timing) {
    sample_echo(step, c, arrival);
  }
  std::uint32_t octets = 0;
  if (before(c.send_base, ack)) {
    octets = std::min(wire::distance(c.send_base, ack), c.send.size());
    c.send.drop(octets);
    c.send_base = c.send_base + octets;
    if (c.send.empty()) c.send.release(step.host.buffers);
  }
  c.soft_error = 0;
  if (c.urgent_out && at_or_before(c.snd_up, ack)) c.urgent_out = false;
  c.previous_una = c.snd_una;
  c.snd_una = ack;
  if (before(c.send_point, ack)) c.send_point = ack;
  c.retransmits = 0;
  const bool restart = recover(c, octets);
  grow_send_buffer(step.host.config, c);
  step.host.clear(c, Timer::UserTimeout);
  set_send_timer(step, c, restart);
}

void update_send_window(Step& step, Connection& c, const Arrival& arrival) {
  if (!before(c.snd_wl1, arrival.seq) &&
      !(c.snd_wl1 == arrival.seq && at_or_before(c.snd_wl2, arrival.ack)) &&
      !step.broken(Defect::WindowFromOldSegment)) {
    return;
  }
  // What went out as a probe was most likely not taken: it goes again, with what follows it.
  if (c.snd_wnd == 0 && arrival.window > 0 && c.send_timer == SendTimer::Probe && c.outstanding()) {
    c.send_point = c.snd_una;
    c.timing = false;
  }
  c.snd_wnd = arrival.window;
  if (step.broken(Defect::WindowSigned)) c.snd_wnd &= 0x7FFF;
  c.max_snd_wnd = std::max(c.max_snd_wnd, c.snd_wnd);
  c.snd_wl1 = arrival.seq;
  c.snd_wl2 = arrival.ack;
}

}  // namespace harness::engine
