#include <algorithm>
#include <cerrno>

#include "harness/engine/arrival.h"
#include "harness/engine/buffers.h"
#include "harness/engine/calls.h"
#include "harness/engine/lifetime.h"
#include "harness/engine/timers.h"
#include "harness/engine/transmit.h"

namespace harness::engine {

// RFC 9293, 3.10.7.3
void arrive_syn_sent(Step& step, Connection& c, Arrival& arrival) {
  const wire::Flags flags = arrival.flags;
  // First: SEG.ACK =< ISS or SEG.ACK > SND.NXT is not acceptable.
  if (flags.ack() &&
      (wire::at_or_before(arrival.ack, c.iss) || !wire::at_or_before(arrival.ack, c.snd_nxt))) {
    if (flags.rst() && step.broken(Defect::SynSentResetUnchecked)) {
      return finish(step, c, ECONNREFUSED);
    }
    if (!flags.rst() && !step.broken(Defect::SynSentBadAckUnanswered)) emit_reset(step, arrival);
    return;
  }
  // Second. Verified erratum 8167: SEG.SEQ cannot be checked, as there is no RCV.NXT yet.
  if (flags.rst()) {
    if (flags.ack() || step.broken(Defect::SynSentResetUnchecked)) finish(step, c, ECONNREFUSED);
    return;
  }
  // Fourth and fifth.
  if (!flags.syn()) return;
  if (!flags.ack() && step.broken(Defect::SimultaneousOpenRefused)) return;
  take_syn(step, c, arrival);
  c.rcv_edge = c.rcv_nxt + std::min(receive_room(c), kSynWindow);  // As our SYN said.
  if (!flags.ack()) {
    c.state = TcpState::SynReceived;
    emit_syn(step, c);
    keep_syn_text(step, c, arrival);
    set_send_timer(step, c, true);
    return;
  }
  take_new_ack(step, c, arrival);
  establish(step, c, arrival);
  c.ack_owed = AckOwed::Now;
  // Sixth and on, with what follows the SYN.
  arrival.seq = c.rcv_nxt;
  arrival.flags = wire::Flags{static_cast<std::uint16_t>(flags.bits & ~wire::kSyn.bits)};
  trim(step, c, arrival);
  check_urgent(step, c, arrival);
  if (!process_text(step, c, arrival)) return;
  process_fin(step, c);
  wake(step, c);
  transmit(step, c);
  pay_ack(step, c);
}

void establish(Step& step, Connection& c, const Arrival& arrival) {
  const Config& config = step.host.config;
  c.state = TcpState::Established;
  c.was_open = true;
  c.snd_wnd = arrival.window;
  c.max_snd_wnd = std::max(c.max_snd_wnd, c.snd_wnd);
  c.snd_wl1 = arrival.seq;
  c.snd_wl2 = arrival.ack;
  c.recover = c.previous_una = c.iss;
  c.duplicate_acks = 0;
  c.sent_at = c.round_at = step.now;
  c.interrupted.reset();
  c.congestion.start(c.mss, config.initial_window, c.syn_lost);
  // RFC 6298, 5.7
  if (c.syn_lost) c.round_trip.rto = config.rto_after_syn_loss;
  c.round_trip.backoff = 0;
  set_send_timer(step, c, true);  // What was begun for the SYN is over.
  start_keep_alive(step, c);
  if (c.fin_queued) c.state = TcpState::FinWait1;  // CLOSE came in SYN-RECEIVED (3.10.4).
  if (c.holder == Holder::HalfOpen) {
    Socket& listener = step.host.sockets[c.listener];
    step.host.enqueue(listener, c);
    wake_listener(step, listener);
  }
}

}  // namespace harness::engine
