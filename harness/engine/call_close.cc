#include <sys/socket.h>

#include <algorithm>
#include <cerrno>
#include <chrono>

#include "harness/engine/calls.h"
#include "harness/engine/lifetime.h"
#include "harness/engine/timers.h"
#include "harness/engine/transmit.h"

namespace harness::engine {

using event::Call;

namespace {

// CLOSE of our half (RFC 9293, 3.10.4): the FIN follows all that was sent before.
void queue_fin(Step& step, Connection& c) {
  if (c.fin_queued) return;
  if (step.broken(Defect::UnsentLostOnClose) && wire::before(c.send_base, c.snd_nxt)) {
    c.send.cut(wire::distance(c.send_base, c.snd_nxt));
  }
  switch (c.state) {
    case TcpState::SynReceived:
      c.fin_queued = true;
      return;  // Until ESTABLISHED.
    case TcpState::Established:
      c.state = TcpState::FinWait1;
      break;
    case TcpState::CloseWait:
      c.state = TcpState::LastAck;
      break;
    default:
      return;
  }
  c.fin_queued = true;
  transmit(step, c);
}

void fail_pending(Step& step, Socket& socket) {
  Host& host = step.host;
  while (socket.first_pending != kNone) {
    const std::uint32_t index = socket.first_pending;
    const PendingCall& call = host.pending[index];
    socket.first_pending = call.next;
    step.out.reply({.id = call.id, .result = -1, .error = EBADF, .data = {}, .text = {}});
    host.pending.give(index);
  }
  socket.last_pending = kNone;
}

void close_listener(Step& step, Socket& socket) {
  Host& host = step.host;
  const std::uint32_t index = host.index_of(socket);
  // Whoever thinks the connection is open is told that it is not; the others will ask again.
  while (Connection* const c = host.dequeue(socket)) {
    c->state == TcpState::Closed ? host.forget(*c) : abort(step, *c, 0);
  }
  for (std::uint32_t i = 0; i < host.connections.slots() && socket.half_open > 0; ++i) {
    Connection& c = host.connections[i];
    if (c.holder == Holder::HalfOpen && c.listener == index) return_to_listen(step, c);
  }
}

// Takes the connection, if any, from its socket, and the socket from its descriptor.
Connection* release(Step& step, Socket& socket) {
  fail_pending(step, socket);
  if (socket.listening) close_listener(step, socket);
  Connection* c = nullptr;
  if (socket.connection != kNone) {
    c = &step.host.connections[socket.connection];
    c->holder = Holder::Nobody;
    c->socket = kNone;
    socket.connection = kNone;
  }
  step.host.close_socket(socket);
  return c;
}

bool sends_fin(const Connection& c) {
  return !c.fin_acked() && c.state != TcpState::Closed && c.state != TcpState::TimeWait;
}

// What becomes of a connection whose application has gone.
void abandon(Step& step, Connection& c) {
  const bool unread = !c.receive.empty();
  c.receive_shut = true;
  if (c.receive.empty() || c.state == TcpState::TimeWait) {
    if (c.reassembly.empty()) c.receive.release(step.host.buffers);
  }
  switch (c.state) {
    case TcpState::Closed:
      return step.host.forget(c);
    case TcpState::SynSent:
      return finish(step, c, 0);
    case TcpState::SynReceived:
      return queue_fin(step, c);
    case TcpState::TimeWait:
      return;
    case TcpState::Closing:
    case TcpState::LastAck:
      if (unread) {  // The FIN said nothing of what is lost (SHLD-3), and ABORT would be silent.
        emit_reset(step, c);
        finish(step, c, 0);
      } else if (c.options.linger_seconds == 0) {
        abort(step, c, 0);
      }
      return;
    default:
      break;
  }
  if (c.options.linger_seconds == 0 || unread) return abort(step, c, 0);
  if (c.state == TcpState::FinWait2 && c.options.fin_wait_2_timeout >= clock::Duration{}) {
    return step.host.set(c, Timer::Close, step.now + c.options.fin_wait_2_timeout);
  }
  queue_fin(step, c);
}

}  // namespace

void call_shutdown(Step& step, Socket& socket, const Call& call) {
  const std::int64_t how = call.args[0];
  if (how != SHUT_RD && how != SHUT_WR && how != SHUT_RDWR) return fail(step, call, EINVAL);
  if (socket.connection == kNone) return fail(step, call, ENOTCONN);
  Connection& c = step.host.connections[socket.connection];
  if (c.state == TcpState::Closed || c.state == TcpState::SynSent) {
    return fail(step, call, ENOTCONN);
  }
  if (how != SHUT_WR) c.receive_shut = true;
  if (how != SHUT_RD) queue_fin(step, c);
  reply(step, call, 0);
  wake(step, c);
}

void call_close(Step& step, Socket& socket, const Call& call) {
  const std::int32_t linger = socket.options.linger_seconds;
  Connection* const c = release(step, socket);
  if (c == nullptr) return reply(step, call, 0);
  const bool waits =
      linger > 0 && sends_fin(*c) && c->receive.empty() && c->state != TcpState::SynSent;
  if (waits) {
    c->lingering = call.id;
    step.host.set(*c, Timer::Linger, step.now + std::chrono::seconds{linger});
  }
  abandon(step, *c);
  if (!waits) reply(step, call, 0);
}

void call_abort(Step& step, Socket& socket, const Call& call) {
  Connection* const c = release(step, socket);
  if (c != nullptr) c->state == TcpState::Closed ? step.host.forget(*c) : abort(step, *c, 0);
  reply(step, call, 0);
}

}  // namespace harness::engine
