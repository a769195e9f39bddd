#include "harness/engine/arrival.h"
#include "harness/engine/timers.h"

namespace harness::engine {

// RFC 9293, 3.10.7.4, eighth. The FIN counts once all text before it is there.
void process_fin(Step& step, Connection& c) {
  if (c.fin_received || !c.fin_at) return;
  if (step.broken(Defect::FinJumpsHole) && wire::before(c.rcv_nxt, *c.fin_at)) {
    c.rcv_nxt = *c.fin_at;
    c.reassembly.clear();
  }
  if (*c.fin_at != c.rcv_nxt) return;
  c.fin_received = true;
  if (!step.broken(Defect::FinNotCounted)) c.rcv_nxt = c.rcv_nxt + 1;
  c.ack_owed = AckOwed::Now;
  switch (c.state) {
    case TcpState::Established:
      c.state = TcpState::CloseWait;
      break;
    // Were our FIN acknowledged, the state would be FIN-WAIT-2 by now.
    case TcpState::FinWait1:
      if (step.broken(Defect::ClosingSkipped)) return enter_time_wait(step, c);
      c.state = TcpState::Closing;
      break;
    case TcpState::FinWait2:
      enter_time_wait(step, c);
      break;
    default:
      break;
  }
}

}  // namespace harness::engine
