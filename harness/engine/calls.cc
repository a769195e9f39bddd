#include "harness/engine/calls.h"

#include <cerrno>

#include "harness/engine/sysctl.h"

namespace harness::engine {

using event::Call;
using event::Op;

void reply(Step& step, const Call& call, std::int64_t result) {
  step.out.reply({.id = call.id, .result = result, .data = {}, .text = {}});
}

void fail(Step& step, const Call& call, int error) {
  step.out.reply({.id = call.id, .result = -1, .error = error, .data = {}, .text = {}});
}

int take_error(Connection& c) {
  const int error = c.error;
  c.error = 0;
  return error;
}

void call_world(Step& step, const Call& call) {
  apply(call.text, step.host.config) ? reply(step, call, 0) : fail(step, call, EOPNOTSUPP);
}

namespace {

using OfSocket = void (*)(Step&, Socket&, const Call&);

OfSocket of_socket(Op op) {
  switch (op) {
    case Op::Bind:
      return call_bind;
    case Op::Listen:
      return call_listen;
    case Op::Connect:
      return call_connect;
    case Op::Accept:
      return call_accept;
    case Op::Send:
      return call_send;
    case Op::Receive:
      return call_receive;
    case Op::Shutdown:
      return call_shutdown;
    case Op::Close:
      return call_close;
    case Op::Abort:
      return call_abort;
    case Op::SetOption:
      return call_set_option;
    case Op::GetOption:
      return call_get_option;
    case Op::Control:
      return call_control;
    case Op::Poll:
      return call_poll;
    default:
      return nullptr;
  }
}

bool attempt(Step& step, Socket& socket, PendingCall& call) {
  switch (call.op) {
    case Op::Connect:
      return try_connect(step, socket, call);
    case Op::Accept:
      return try_accept(step, socket, call);
    case Op::Send:
      return try_send(step, socket, call);
    default:
      return try_receive(step, socket, call);
  }
}

// Each kind of call is answered in the order in which it came.
void answer_pending(Step& step, Socket& socket) {
  std::uint32_t blocked = 0;  // By op.
  std::uint32_t previous = kNone, index = socket.first_pending;
  while (index != kNone) {
    PendingCall& call = step.host.pending[index];
    const std::uint32_t next = call.next, bit = 1u << static_cast<unsigned>(call.op);
    if ((blocked & bit) == 0 && attempt(step, socket, call)) {
      (previous == kNone ? socket.first_pending : step.host.pending[previous].next) = next;
      if (next == kNone) socket.last_pending = previous;
      step.host.pending.give(index);
    } else {
      blocked |= bit;
      previous = index;
    }
    index = next;
  }
}

}  // namespace

void answer(Step& step, const Call& call) {
  switch (call.op) {
    case Op::Socket:
      return call_socket(step, call);
    case Op::Status:
      return call_status(step, call);
    case Op::World:
      return call_world(step, call);
    default:
      break;
  }
  const OfSocket function = of_socket(call.op);
  if (function == nullptr) return fail(step, call, EOPNOTSUPP);
  Socket* const socket = step.host.socket(call.fd);
  if (socket == nullptr) return fail(step, call, EBADF);
  function(step, *socket, call);
}

void wake(Step& step, Connection& c) {
  if (c.lingering && (c.state == TcpState::Closed || c.fin_acked())) {
    step.out.reply({.id = *c.lingering, .data = {}, .text = {}});
    c.lingering.reset();
    step.host.clear(c, Timer::Linger);
  }
  if (c.holder == Holder::Socket) answer_pending(step, step.host.sockets[c.socket]);
}

void wake_listener(Step& step, Socket& listener) { answer_pending(step, listener); }

}  // namespace harness::engine
