#include "harness/engine/arrival.h"
#include "harness/engine/timers.h"
#include "harness/engine/transmit.h"

namespace harness::engine {
namespace {

constexpr std::uint32_t kBeyond = 100'000;  // Of Defect::BeyondWindowTaken.

// RFC 9293, 3.4, table 5
bool acceptable(const Step& step, const Connection& c, const Arrival& arrival) {
  const std::uint32_t length = arrival.length(), window = c.rcv_wnd();
  if (step.broken(Defect::SequenceWithoutWrap)) {
    const std::uint64_t edge = std::uint64_t{c.rcv_nxt.raw()} + window;
    return arrival.seq.raw() + std::uint64_t{length} >= c.rcv_nxt.raw() &&
           arrival.seq.raw() <= edge && edge >> 32 == 0;
  }
  if (step.broken(Defect::BeyondWindowTaken) && length > 0 && window < kBeyond &&
      wire::in_window(arrival.seq, c.rcv_nxt, kBeyond)) {
    return true;
  }
  if (length == 0 && window == 0) return arrival.seq == c.rcv_nxt;
  if (wire::in_window(arrival.seq, c.rcv_nxt, window)) return true;
  return length > 0 && wire::in_window(arrival.seq + (length - 1), c.rcv_nxt, window);
}

void cut_fin(Arrival& arrival) {
  arrival.flags.bits &= static_cast<std::uint16_t>(~wire::kFin.bits);
}

// "If the RCV.WND is zero, [...] special allowance should be made to accept valid ACKs": of a
// segment that the closed window keeps out, the ACK counts all the same.
bool accept_ack_alone(Step& step, Connection& c, Arrival& arrival) {
  if (c.rcv_wnd() != 0 || !arrival.flags.ack() || arrival.flags.syn()) return false;
  if (c.state == TcpState::TimeWait) return false;
  if (arrival.seq == c.rcv_nxt) {
    c.ack_owed = AckOwed::Now;
  } else if (arrival.seq == c.rcv_nxt + 1) {
    // The octet of the peer's window probe went before this one. Without its ACK two hosts that
    // probe each other would never move again (appendix A.2).
    if (answers_invalid(step, c, arrival)) c.ack_owed = AckOwed::Now;
    arrival.seq = c.rcv_nxt;
  } else {
    return false;
  }
  arrival.payload = {};
  cut_fin(arrival);
  return true;
}

// The peer's FIN once more in TIME-WAIT: our ACK of it was lost (3.10.7.4, fifth and eighth).
bool repeats_fin(const Connection& c, const Arrival& arrival) {
  return c.state == TcpState::TimeWait && arrival.flags.fin() && !arrival.flags.syn() &&
         arrival.seq + arrival.length() == c.rcv_nxt;
}

}  // namespace

// RFC 9293, 3.10.7.4, first
bool check_sequence(Step& step, Connection& c, Arrival& arrival) {
  wire::Flags& flags = arrival.flags;
  // RFC 5961, 3.2 asks for no more than SEG.SEQ of a reset, and RFC 9293, 3.4 (MUST-66) for less
  // than the test below when the window is closed.
  if (flags.rst()) return true;
  const bool repeated_syn = c.state == TcpState::SynReceived && flags.syn() && arrival.seq == c.irs;
  if (repeated_syn && c.active && flags.ack()) {
    // Our SYN and the peer's crossed, and now its SYN,ACK: it fails the test by its SYN alone, and
    // the handshake of figure 7 would not end (appendix A.2). What follows the SYN is looked at.
    flags.bits &= static_cast<std::uint16_t>(~wire::kSyn.bits);
    arrival.seq = c.rcv_nxt;
    return true;
  }
  if (!repeated_syn && acceptable(step, c, arrival)) return true;
  if (accept_ack_alone(step, c, arrival)) return true;
  if (step.broken(Defect::UnacceptableUnanswered) && !flags.syn()) return false;
  if (step.broken(Defect::KeepAliveUnanswered) && arrival.length() <= 1 &&
      arrival.seq + 1 == c.rcv_nxt) {
    return false;
  }
  if (repeats_fin(c, arrival)) {
    if (step.broken(Defect::TimeWaitFinUnanswered)) return false;
    emit_ack(step, c);
    enter_time_wait(step, c);
  } else if (flags.syn() && c.state != TcpState::SynReceived) {
    if (!step.broken(Defect::SynUnanswered)) challenge(step, c);
  } else {
    emit_invalid_ack(step, c, arrival);
  }
  return false;
}

void trim(const Step& step, const Connection& c, Arrival& arrival) {
  if (wire::before(arrival.seq, c.rcv_nxt)) {
    if (step.broken(Defect::OverlapDeliveredTwice) && !arrival.flags.fin()) {
      arrival.seq = c.rcv_nxt;
      arrival.payload =
          arrival.payload.first(std::min<std::size_t>(arrival.payload.size(), c.rcv_wnd()));
      return;
    }
    const std::uint32_t old = wire::distance(arrival.seq, c.rcv_nxt);
    if (old > arrival.payload.size()) cut_fin(arrival);
    arrival.payload = arrival.payload.subspan(std::min<std::size_t>(old, arrival.payload.size()));
    arrival.seq = c.rcv_nxt;
  }
  const std::uint32_t ahead = wire::distance(c.rcv_nxt, arrival.seq);
  const std::uint32_t window =
      step.broken(Defect::BeyondWindowTaken) ? std::max(kBeyond, c.rcv_wnd()) : c.rcv_wnd();
  const std::uint32_t room = ahead < window ? window - ahead : 0;
  if (arrival.payload.size() >= room) cut_fin(arrival);  // The FIN is no longer in the window.
  arrival.payload = arrival.payload.first(std::min<std::size_t>(room, arrival.payload.size()));
}

}  // namespace harness::engine
