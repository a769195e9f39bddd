#include <cerrno>

#include "harness/engine/arrival.h"
#include "harness/engine/lifetime.h"
#include "harness/engine/transmit.h"

namespace harness::engine {

// RFC 9293, 3.10.7.4, second; RFC 5961, 3.2
bool check_reset(Step& step, Connection& c, const Arrival& arrival) {
  if (!arrival.flags.rst()) return true;
  if (step.broken(Defect::ResetExactIgnored) && c.state != TcpState::SynReceived) return false;
  if (step.broken(Defect::ZeroWindowResetIgnored) && c.rcv_wnd() == 0) return false;
  if (arrival.seq != c.rcv_nxt) {
    const bool inside = wire::in_window(arrival.seq, c.rcv_nxt, c.rcv_wnd());
    if (!step.broken(inside ? Defect::ResetInWindowTaken : Defect::ResetOutsideTaken)) {
      if (inside || step.broken(Defect::ResetOutsideAnswered)) challenge(step, c);
      return false;
    }
  }
  switch (c.state) {
    case TcpState::SynReceived:
      c.active ? finish(step, c, ECONNREFUSED) : return_to_listen(step, c);
      break;
    case TcpState::TimeWait:
      if (!step.host.config.rfc1337) finish(step, c, 0);
      break;
    case TcpState::Closing:
    case TcpState::LastAck:
      finish(step, c, 0);
      break;
    default:
      finish(step, c, step.broken(Defect::ResetToldAsEnd) ? 0 : ECONNRESET);
      break;
  }
  return false;
}

// RFC 9293, 3.10.7.4, fourth; RFC 5961, 4.2
bool check_syn(Step& step, Connection& c, const Arrival& arrival) {
  if (!arrival.flags.syn()) return true;
  if (step.broken(Defect::SynUnanswered) && c.was_open) return false;
  if (step.broken(Defect::SynResets) && c.was_open) {
    abort(step, c, ECONNRESET);
    return false;
  }
  if (c.state == TcpState::SynReceived && !c.active) {
    finish(step, c, 0);  // To LISTEN.
  } else {
    challenge(step, c);
  }
  return false;
}

}  // namespace harness::engine
