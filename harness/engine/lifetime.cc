#include "harness/engine/lifetime.h"

#include "harness/engine/calls.h"
#include "harness/engine/transmit.h"

namespace harness::engine {

void finish(Step& step, Connection& c, int error) {
  Host& host = step.host;
  host.table.erase(c);
  c.state = TcpState::Closed;
  c.error = error;
  c.deadlines = no_deadlines();
  c.send_timer = SendTimer::Off;
  c.send.release(host.buffers);
  if (c.holder == Holder::HalfOpen) {
    --host.sockets[c.listener].half_open;
    c.holder = Holder::Nobody;
  }
  // Whoever holds it forgets it: perhaps at once, being told.
  const bool unowned = c.holder == Holder::Nobody;
  wake(step, c);
  if (unowned) host.forget(c);
}

void abort(Step& step, Connection& c, int error) {
  switch (c.state) {
    case TcpState::SynReceived:
    case TcpState::Established:
    case TcpState::FinWait1:
    case TcpState::FinWait2:
    case TcpState::CloseWait:
      emit_reset(step, c);
      break;
    case TcpState::LastAck:  // By 3.10.4 it is CLOSE-WAIT as long as its FIN has not gone out.
      if (!before(c.data_end(), c.snd_nxt)) emit_reset(step, c);
      break;
    default:
      break;  // 3.10.5: the TCB is deleted, and that is all.
  }
  finish(step, c, error);
}

void return_to_listen(Step& step, Connection& c) {
  if (!c.interrupted || c.interrupted->until <= step.now) return finish(step, c, 0);
  --step.host.sockets[c.listener].half_open;
  c.holder = Holder::Nobody;
  c.listener = kNone;
  c.state = TcpState::TimeWait;
  c.receive.release(step.host.buffers);
  c.reassembly.clear();
  c.snd_una = c.snd_nxt = c.send_base = c.send_point = c.interrupted->snd_nxt;
  c.rcv_nxt = c.rcv_edge = c.interrupted->rcv_nxt;
  c.deadlines = no_deadlines();
  c.send_timer = SendTimer::Off;
  step.host.set(c, Timer::Close, c.interrupted->until);
  c.interrupted.reset();
}

}  // namespace harness::engine
