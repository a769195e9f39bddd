#include <cerrno>

#include "harness/engine/arrival.h"
#include "harness/engine/lifetime.h"
#include "harness/engine/transmit.h"

namespace harness::engine {

// RFC 9293, 3.10.7.4, second; RFC 5961, 3.2
bool check_reset(Step& step, Connection& c, const Arrival& arrival) {
  if (!arrival.flags.rst()) return true;
  if (arrival.seq != c.rcv_nxt) {
    if (wire::in_window(arrival.seq, c.rcv_nxt, c.rcv_wnd())) challenge(step, c);
    return false;
  }
  switch (c.state) {
    case TcpState::SynReceived:
      c.active ? finish(step, c, ECONNREFUSED) : return_to_listen(step, c);
      break;
    case TcpState::Closing:
    case TcpState::LastAck:
    case TcpState::TimeWait:
      finish(step, c, 0);
      break;
    default:
      finish(step, c, ECONNRESET);
      break;
  }
  return false;
}

// RFC 9293, 3.10.7.4, fourth; RFC 5961, 4.2
bool check_syn(Step& step, Connection& c, const Arrival& arrival) {
  if (!arrival.flags.syn()) return true;
  if (c.state == TcpState::SynReceived && !c.active) {
    return_to_listen(step, c);
  } else {
    challenge(step, c);
  }
  return false;
}

}  // namespace harness::engine
