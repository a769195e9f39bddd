#include <netinet/in.h>
#include <sys/socket.h>

#include <algorithm>
#include <cerrno>
#include <chrono>

#include "harness/engine/calls.h"
#include "harness/engine/timers.h"
#include "harness/engine/transmit.h"

namespace harness::engine {

using event::Call;

namespace {

void tell(Step& step, std::uint32_t id, std::int64_t result, int error, const Connection& c) {
  const auto tuple = event::encode(c.tuple);
  step.out.reply({.id = id, .result = result, .error = error, .data = tuple, .text = {}});
}

// The socket's connection is over, and the socket may be connected again.
void detach(Host& host, Socket& socket) {
  Connection& c = host.connections[socket.connection];
  socket.connection = kNone;
  socket.connect_told = false;
  c.holder = Holder::Nobody;
  host.forget(c);
}

// Picks a port for a socket that has none. False: none is left.
bool bind_anywhere(Host& host, Socket& socket) {
  if (socket.bound) return true;
  socket.local.port = host.ephemeral_port(socket.local, nullptr);
  socket.bound = socket.local.port != 0;
  return socket.bound;
}

// Another call of connect(): what there is to say about the first. False: there is none to speak
// of, and this one counts as the first.
bool connect_again(Step& step, Socket& socket, const Call& call) {
  if (socket.connection == kNone) return false;
  Connection& c = step.host.connections[socket.connection];
  switch (c.state) {
    case TcpState::SynSent:
    case TcpState::SynReceived:
      fail(step, call, EALREADY);
      return true;
    case TcpState::Closed:
      if (c.was_open) {
        fail(step, call, EISCONN);
        return true;
      }
      if (const int error = take_error(c); error != 0) {
        fail(step, call, error);
        detach(step.host, socket);
        return true;
      }
      detach(step.host, socket);
      return false;
    default:
      break;
  }
  // Linux tells of success once.
  if (socket.connect_told) {
    fail(step, call, EISCONN);
  } else {
    socket.connect_told = true;
    tell(step, call.id, 0, 0, c);
  }
  return true;
}

// The local end for a connection to `remote`; or an error.
int choose_local(Host& host, const Socket& socket, const wire::Endpoint& remote,
                 wire::Endpoint& local) {
  local = socket.local;
  if (local.address.unspecified()) {
    const auto source = host.source_for(remote.address);  // MUST-44
    if (!source) return ENETUNREACH;
    local.address = *source;
  }
  if (!socket.bound) local.port = host.ephemeral_port(local, &remote);
  if (local.port == 0 || host.find({local, remote}) != nullptr) return EADDRNOTAVAIL;
  return 0;
}

}  // namespace

void call_socket(Step& step, const Call& call) {
  const auto [domain, type, protocol] = call.args;
  if (domain != AF_INET && domain != AF_INET6) return fail(step, call, EAFNOSUPPORT);
  if ((type & ~std::int64_t{SOCK_NONBLOCK | SOCK_CLOEXEC}) != SOCK_STREAM) {
    return fail(step, call, ESOCKTNOSUPPORT);
  }
  if (protocol != 0 && protocol != IPPROTO_TCP) return fail(step, call, EPROTONOSUPPORT);
  Socket& socket =
      step.host.open_socket(domain == AF_INET ? wire::IpVersion::V4 : wire::IpVersion::V6);
  socket.nonblocking = (type & SOCK_NONBLOCK) != 0;
  reply(step, call, socket.fd);
}

void call_bind(Step& step, Socket& socket, const Call& call) {
  auto local = event::decode_endpoint(call.data);
  if (!local || socket.bound || socket.connection != kNone) return fail(step, call, EINVAL);
  if (local->address.version() != socket.version) return fail(step, call, EAFNOSUPPORT);
  if (!local->address.unspecified() && !step.host.ours(local->address)) {
    return fail(step, call, EADDRNOTAVAIL);
  }
  if (local->port == 0) {
    local->port = step.host.ephemeral_port(*local, nullptr);
    if (local->port == 0) return fail(step, call, EADDRINUSE);
  } else if (step.host.port_taken(*local, socket.options.reuse_address)) {
    return fail(step, call, EADDRINUSE);
  }
  socket.local = *local;
  socket.bound = true;
  reply(step, call, 0);
}

void call_listen(Step& step, Socket& socket, const Call& call) {
  if (socket.connection != kNone) return fail(step, call, EINVAL);
  const std::int64_t cap = step.host.config.backlog_cap;
  // A negative backlog is as large as can be.
  const std::int64_t asked = call.args[0] < 0 ? cap : call.args[0];
  socket.backlog = static_cast<std::uint32_t>(std::min(asked, cap));
  if (socket.listening) return reply(step, call, 0);
  if (!bind_anywhere(step.host, socket)) return fail(step, call, EADDRINUSE);
  const Socket* const other = step.host.listener_for(socket.local);
  if (other != nullptr && (other->local == socket.local || other->local.address.unspecified())) {
    return fail(step, call, EADDRINUSE);
  }
  step.host.add_listener(socket);
  reply(step, call, 0);
}

void call_connect(Step& step, Socket& socket, const Call& call) {
  const auto remote = event::decode_endpoint(call.data);
  if (!remote) return fail(step, call, EINVAL);
  if (socket.listening) return fail(step, call, EISCONN);
  if (connect_again(step, socket, call)) return;
  if (remote->address.version() != socket.version) return fail(step, call, EAFNOSUPPORT);
  if (!step.host.valid_peer(remote->address)) return fail(step, call, ENETUNREACH);  // MUST-46
  if (remote->port == 0) return fail(step, call, ECONNREFUSED);
  wire::Endpoint local;
  if (const int error = choose_local(step.host, socket, *remote, local); error != 0) {
    return fail(step, call, error);
  }
  Connection& c = step.host.open_connection({local, *remote}, socket.options, Holder::Socket);
  socket.connection = c.index;
  socket.connect_told = false;
  c.socket = step.host.index_of(socket);
  c.active = true;
  c.state = TcpState::SynSent;
  c.iss = c.snd_una = step.host.initial_sequence(step.now, c.tuple);
  emit_syn(step, c);
  set_send_timer(step, c, true);
  if (socket.nonblocking) return tell(step, call.id, -1, EINPROGRESS, c);
  step.host.pend(socket, {.id = call.id, .op = call.op, .data = {}});
}

bool try_connect(Step& step, Socket& socket, const PendingCall& call) {
  Connection& c = step.host.connections[socket.connection];
  if (c.state == TcpState::SynSent || c.state == TcpState::SynReceived) return false;
  socket.connect_told = true;
  if (c.state != TcpState::Closed || c.was_open) {
    tell(step, call.id, 0, 0, c);
    return true;
  }
  const int error = take_error(c);
  step.out.reply({.id = call.id,
                  .result = -1,
                  .error = error != 0 ? error : ECONNABORTED,
                  .data = {},
                  .text = {}});
  detach(step.host, socket);
  return true;
}

void call_accept(Step& step, Socket& socket, const Call& call) {
  if (!socket.listening) return fail(step, call, EINVAL);
  const PendingCall pending{.id = call.id, .op = call.op, .data = {}};
  if (socket.first_pending == kNone && try_accept(step, socket, pending)) return;
  if (socket.nonblocking) return fail(step, call, EAGAIN);
  step.host.pend(socket, pending);
}

bool try_accept(Step& step, Socket& listener, const PendingCall& call) {
  Connection* const c = step.host.dequeue(listener);
  if (c == nullptr) return false;
  Socket& socket = step.host.open_socket(listener.version);
  socket.local = c->tuple.local;
  socket.options = c->options;
  socket.connection = c->index;
  socket.connect_told = true;
  c->holder = Holder::Socket;
  c->socket = step.host.index_of(socket);
  tell(step, call.id, socket.fd, 0, *c);
  return true;
}

}  // namespace harness::engine
