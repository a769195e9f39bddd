#include <algorithm>
#include <cerrno>
#include <chrono>

#include "harness/engine/calls.h"
#include "harness/engine/transmit.h"
#include "harness/event/status.h"

namespace harness::engine {

using event::Call;
using event::Status;
using event::StatusField;

namespace {

std::int64_t microseconds(clock::Duration duration) {
  return std::chrono::duration_cast<std::chrono::microseconds>(duration).count();
}

std::uint32_t segments(std::uint32_t octets, std::uint32_t mss) { return (octets + mss - 1) / mss; }

struct Running {
  int kind;
  clock::Instant until;
};

// As inet_diag tells it: the one that matters most.
Running running(const Connection& c) {
  if (c.state == TcpState::TimeWait) return {3, c.deadline(Timer::Close)};
  if (c.deadline(Timer::Send) != clock::kNever) {
    return {c.send_timer == SendTimer::Probe ? 4 : 1, c.deadline(Timer::Send)};
  }
  if (c.deadline(Timer::KeepAlive) != clock::kNever) return {2, c.deadline(Timer::KeepAlive)};
  if (c.deadline(Timer::Close) != clock::kNever) return {3, c.deadline(Timer::Close)};
  return {0, {}};
}

void set_sequences(const Connection& c, Status& s) {
  s.set(StatusField::SendUna, c.snd_una.raw());
  s.set(StatusField::SendNxt, c.snd_nxt.raw());
  s.set(StatusField::ReceiveNxt, c.rcv_nxt.raw());
  s.set(StatusField::SendWindow, c.snd_wnd);
  s.set(StatusField::ReceiveWindow, c.rcv_wnd());
  s.set(StatusField::ReceiveQueue, c.receive.size());
  s.set(StatusField::SendQueue, c.send.size());
}

Status of_connection(const Step& step, const Connection& c) {
  Status s;
  s.set(StatusField::State, static_cast<std::int64_t>(c.state));
  const Running timer = running(c);
  s.set(StatusField::Timer, timer.kind);
  s.set(StatusField::TimerLeft,
        timer.kind == 0 ? 0 : std::max<std::int64_t>(microseconds(timer.until - step.now), 0));
  s.set(StatusField::Retransmits, c.retransmits);
  s.set(StatusField::Probes, c.probes);
  s.set(StatusField::Backoff,
        c.send_timer == SendTimer::Probe ? c.probe_backoff : c.round_trip.backoff);
  s.set(StatusField::Rto, microseconds(c.round_trip.rto));
  s.set(StatusField::Ato, microseconds(step.host.config.ack_delay));
  s.set(StatusField::SendMss, c.mss);
  s.set(StatusField::ReceiveMss, step.host.mss_limit(c.tuple.local.address.version()));
  s.set(StatusField::Unacked, segments(wire::distance(c.snd_una, c.snd_nxt), c.mss));
  s.set(StatusField::Sacked, 0);
  s.set(StatusField::Lost, segments(wire::distance(c.send_point, c.snd_nxt), c.mss));
  s.set(StatusField::Retransmitted, c.retransmits > 0 ? 1 : 0);
  s.set(StatusField::Rtt, microseconds(c.round_trip.srtt));
  s.set(StatusField::RttVariance, microseconds(c.round_trip.rttvar));
  s.set(StatusField::SendSsthresh, c.congestion.threshold / c.mss);
  s.set(StatusField::SendCwnd, c.congestion.window / c.mss);
  s.set(StatusField::TotalRetransmits, c.total_retransmits);
  set_sequences(c, s);
  return s;
}

Status of_socket(const Socket& socket) {
  Status s;
  const TcpState state = socket.listening ? TcpState::Listen : TcpState::Closed;
  s.set(StatusField::State, static_cast<std::int64_t>(state));
  s.set(StatusField::Timer, 0);
  s.set(StatusField::TimerLeft, 0);
  s.set(StatusField::ReceiveQueue, socket.queued);
  s.set(StatusField::SendQueue, socket.backlog);
  return s;
}

void tell(Step& step, const Call& call, const Status& status) {
  const auto octets = event::encode(status);
  step.out.reply({.id = call.id, .data = octets, .text = {}});
}

}  // namespace

void call_status(Step& step, const Call& call) {
  Host& host = step.host;
  if (call.fd != -1) {
    const Socket* const socket = host.socket(call.fd);
    if (socket == nullptr) return fail(step, call, EBADF);
    if (socket->connection == kNone) return tell(step, call, of_socket(*socket));
    return tell(step, call, of_connection(step, host.connections[socket->connection]));
  }
  const auto tuple = event::decode_four_tuple(call.data);
  if (!tuple) return fail(step, call, EINVAL);
  const Connection* const c = host.find(*tuple);
  if (c == nullptr) return fail(step, call, ENOENT);
  tell(step, call, of_connection(step, *c));
}

}  // namespace harness::engine
