#include "harness/engine/arrival.h"
#include "harness/engine/timers.h"
#include "harness/engine/transmit.h"

namespace harness::engine {
namespace {

// RFC 9293, 3.4, table 5
bool acceptable(const Connection& c, const Arrival& arrival) {
  const std::uint32_t length = arrival.length(), window = c.rcv_wnd();
  if (length == 0 && window == 0) return arrival.seq == c.rcv_nxt;
  if (wire::in_window(arrival.seq, c.rcv_nxt, window)) return true;
  return length > 0 && wire::in_window(arrival.seq + (length - 1), c.rcv_nxt, window);
}

void cut_fin(Arrival& arrival) {
  arrival.flags.bits &= static_cast<std::uint16_t>(~wire::kFin.bits);
}

void cut_text(Arrival& arrival) {
  arrival.payload = {};
  cut_fin(arrival);
}

}  // namespace

// RFC 9293, 3.10.7.4, first
bool check_sequence(Step& step, Connection& c, Arrival& arrival) {
  wire::Flags& flags = arrival.flags;
  // Our SYN and the peer's crossed, and now its SYN,ACK: it fails the test by its SYN alone, and
  // the handshake of figure 6 would never end (appendix A.2). What follows the SYN is looked at.
  if (c.state == TcpState::SynReceived && c.active && arrival.seq == c.irs && flags.syn() &&
      flags.ack() && !flags.rst()) {
    flags.bits &= static_cast<std::uint16_t>(~wire::kSyn.bits);
    arrival.seq = c.rcv_nxt;
  }
  const bool repeated_syn = c.state == TcpState::SynReceived && flags.syn() &&
                            !flags.rst() && arrival.seq == c.irs;
  if (!repeated_syn && acceptable(c, arrival)) return true;
  if (flags.rst()) return false;
  // The peer's FIN again: our ACK of it was lost (3.10.7.4, fifth and eighth, TIME-WAIT).
  const std::uint32_t length = arrival.length();
  if (c.state == TcpState::TimeWait && flags.fin() && !flags.syn() &&
      arrival.seq + length == c.rcv_nxt) {
    emit_ack(step, c);
    enter_time_wait(step, c);
    return false;
  }
  if (c.rcv_wnd() == 0 && flags.ack() && !flags.syn() && arrival.seq - 1 == c.rcv_nxt) {
    // "Special allowance should be made to accept valid ACKs" while RCV.WND is zero. The octet of
    // the peer's window probe went before this one: without its ACK two hosts that probe each
    // other would never move again (appendix A.2).
    emit_invalid_ack(step, c, arrival);
    arrival.seq = c.rcv_nxt;
    cut_text(arrival);
    return true;
  }
  if (c.rcv_wnd() == 0 && flags.ack() && !flags.syn() && arrival.seq == c.rcv_nxt) {
    cut_text(arrival);
    c.ack_owed = AckOwed::Now;
    return true;
  }
  if (flags.syn() && c.state != TcpState::SynReceived) {
    challenge(step, c);
  } else {
    emit_invalid_ack(step, c, arrival);
  }
  return false;
}

void trim(const Connection& c, Arrival& arrival) {
  if (wire::before(arrival.seq, c.rcv_nxt)) {
    const std::uint32_t old = wire::distance(arrival.seq, c.rcv_nxt);
    if (old > arrival.payload.size()) cut_fin(arrival);
    arrival.payload = arrival.payload.subspan(std::min<std::size_t>(old, arrival.payload.size()));
    arrival.seq = c.rcv_nxt;
  }
  const std::uint32_t ahead = wire::distance(c.rcv_nxt, arrival.seq), window = c.rcv_wnd();
  const std::uint32_t room = ahead < window ? window - ahead : 0;
  if (arrival.payload.size() >= room) cut_fin(arrival);  // The FIN is no longer in the window.
  arrival.payload = arrival.payload.first(std::min<std::size_t>(room, arrival.payload.size()));
}

}  // namespace harness::engine
