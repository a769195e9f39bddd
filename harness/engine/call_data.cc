#include <poll.h>
#include <sys/socket.h>

#include <algorithm>
#include <cerrno>
#include <iterator>
#include <limits>

#include "harness/engine/buffers.h"
#include "harness/engine/calls.h"
#include "harness/engine/transmit.h"

namespace harness::engine {

using event::Call;

namespace {

Connection* connection_of(Host& host, const Socket& socket) {
  return socket.connection == kNone ? nullptr : &host.connections[socket.connection];
}

bool opening(const Connection& c) {
  return c.state == TcpState::SynSent || c.state == TcpState::SynReceived;
}

void done(Step& step, const PendingCall& call, std::int64_t result, int error = 0) {
  step.out.reply({.id = call.id, .result = result, .error = error, .data = {}, .text = {}});
}

bool pends(const Host& host, const Socket& socket, event::Op op) {
  for (auto i = socket.first_pending; i != kNone; i = host.pending[i].next) {
    if (host.pending[i].op == op) return true;
  }
  return false;
}

// A larger send buffer gets its memory when it is used.
constexpr std::uint32_t kUsualSendRing = 65'536;

std::uint32_t send_room(const Connection& c) {
  const std::uint32_t limit = c.send_limit, used = c.send.size();
  return limit > used ? limit - used : 0;
}

// Nothing more will come: end of file.
bool at_end(const Connection& c) {
  return c.fin_received || c.receive_shut || c.state == TcpState::Closed;
}

}  // namespace

void call_send(Step& step, Socket& socket, const Call& call) {
  const auto flags = static_cast<std::uint32_t>(call.args[0]);
  PendingCall pending{.id = call.id, .op = call.op, .flags = flags, .length = 0, .data = call.data};
  const bool first = !pends(step.host, socket, call.op);
  if (first && try_send(step, socket, pending)) return;
  if (socket.nonblocking || (flags & MSG_DONTWAIT) != 0) {
    return pending.done > 0 ? reply(step, call, pending.done) : fail(step, call, EAGAIN);
  }
  step.host.pend(socket, pending);
}

bool try_send(Step& step, Socket& socket, PendingCall& call) {
  Connection* const c = connection_of(step.host, socket);
  const auto stop = [&](int error) {
    // What has been taken before counts, and the error waits for the next call.
    if (call.done > 0) {
      done(step, call, call.done);
    } else {
      const int told = c != nullptr ? take_error(*c) : 0;
      done(step, call, -1, told != 0 ? told : error);
    }
    return true;
  };
  if (c == nullptr) return stop(EPIPE);
  if (opening(*c)) return false;
  const bool open = c->state == TcpState::Established || c->state == TcpState::CloseWait;
  if (!open || c->fin_queued) return stop(EPIPE);
  const auto left = call.data.subspan(call.done);
  const auto taken = static_cast<std::uint32_t>(std::min<std::size_t>(left.size(), send_room(*c)));
  if (taken > 0) {
    const std::uint32_t usual = std::min(c->send_limit, kUsualSendRing);
    c->send.reserve(step.host.buffers, std::max(usual, c->send.size() + taken));
    c->send.append(left.first(taken));
    call.done += taken;
    if ((call.flags & MSG_OOB) != 0) {  // MUST-30, MUST-31; the pointer moves on as more is taken.
      c->snd_up = c->data_end();
      c->urgent_out = !step.broken(Defect::UrgentNotSent);
    }
    transmit(step, *c);
  }
  if (call.done < call.data.size()) return false;
  done(step, call, call.done);
  return true;
}

void call_receive(Step& step, Socket& socket, const Call& call) {
  const auto flags = static_cast<std::uint32_t>(call.args[0]);
  if ((flags & MSG_OOB) != 0) return fail(step, call, EINVAL);
  constexpr std::int64_t kMost = std::numeric_limits<std::int32_t>::max();
  const PendingCall pending{
      .id = call.id,
      .op = call.op,
      .flags = flags,
      .length = static_cast<std::uint32_t>(std::clamp<std::int64_t>(call.args[1], 0, kMost)),
      .data = {}};
  const bool first = !pends(step.host, socket, call.op);
  if (first && try_receive(step, socket, pending)) {
    if (Connection* const c = connection_of(step.host, socket)) update_window(step, *c);
    return;
  }
  if (socket.nonblocking || (flags & MSG_DONTWAIT) != 0) return fail(step, call, EAGAIN);
  step.host.pend(socket, pending);
}

bool try_receive(Step& step, Socket& socket, const PendingCall& call) {
  Connection* const c = connection_of(step.host, socket);
  if (c == nullptr) {
    done(step, call, -1, ENOTCONN);
    return true;
  }
  if (opening(*c)) return false;
  std::uint32_t length = std::min(call.length, c->receive.size());
  if (c->urgent_in) {  // A read ends before the last urgent octet, as everywhere (MUST-33).
    const std::uint32_t before = wire::distance(c->read_point(), c->rcv_up - 1);
    if (before > 0) length = std::min(length, before);
  }
  if (length > 0) {
    // The octets stay where they are until the ring is written again.
    auto data = c->receive.front(length, step.host.scratch);
    if (step.broken(Defect::OctetLost) && length >= 1000) data = data.first(length - 1);
    step.out.reply({.id = call.id, .result = std::ssize(data), .data = data, .text = {}});
    if ((call.flags & MSG_PEEK) != 0) return true;
    c->receive.drop(length);
    if (c->urgent_in && wire::at_or_before(c->rcv_up, c->read_point())) c->urgent_in = false;
    grow_receive_buffer(step, *c, length);
    if (c->receive.empty() && c->reassembly.empty()) c->receive.release(step.host.buffers);
    return true;
  }
  if (c->error != 0) {
    done(step, call, -1, take_error(*c));
    return true;
  }
  if (!at_end(*c) && call.length > 0) return false;
  done(step, call, 0);
  return true;
}

void call_poll(Step& step, Socket& socket, const Call& call) {
  std::uint32_t ready = 0;
  const Connection* const c = connection_of(step.host, socket);
  if (socket.listening) {
    if (socket.queued > 0) ready |= POLLIN | POLLRDNORM;
  } else if (c == nullptr) {
    ready |= POLLOUT | POLLWRNORM | POLLHUP;
  } else {
    const bool in_end = c->fin_received || c->receive_shut;
    const bool out_end = c->fin_queued;
    if (c->error != 0) ready |= POLLERR;
    if (c->state == TcpState::Closed || (in_end && out_end)) ready |= POLLHUP;
    if (in_end) ready |= POLLRDHUP;
    if (!opening(*c)) {
      if (c->urgent_in) ready |= POLLPRI;  // MUST-32
      if (c->receive.size() > 0 || at_end(*c)) ready |= POLLIN | POLLRDNORM;
      if (out_end || c->state == TcpState::Closed || send_room(*c) >= c->send.size() / 2) {
        ready |= POLLOUT | POLLWRNORM;
      }
    }
  }
  ready &= static_cast<std::uint32_t>(call.args[0]) | POLLERR | POLLHUP;
  step.out.reply(
      {.id = call.id, .result = ready != 0 ? 1 : 0, .flags = ready, .data = {}, .text = {}});
}

}  // namespace harness::engine
