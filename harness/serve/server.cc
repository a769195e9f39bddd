#include "harness/serve/server.h"

#include <netinet/in.h>
#include <sys/socket.h>

#include <algorithm>
#include <iterator>
#include <utility>

#include "harness/base/check.h"

namespace harness::serve {

using event::Call;
using event::Op;
using event::Reply;

namespace {

constexpr int kBacklog = 128;
constexpr std::size_t kChunk = 1 << 16;  // Octets of one call.

int domain(const wire::Endpoint& endpoint) {
  return endpoint.address.version() == wire::IpVersion::V4 ? AF_INET : AF_INET6;
}

}  // namespace

void Server::call(Call made, Step step, std::optional<Place> of) {
  made.id = ++last_id_;
  pending_[made.id] = {.step = step, .of = of};
  calls_(made);
}

void Server::listen(const wire::Endpoint& local, ServiceFactory make) {
  CHECK(!make_);
  make_ = std::move(make);
  local_ = local;
  call({.op = Op::Socket, .args = {domain(local), SOCK_STREAM, IPPROTO_TCP}}, Step::Socket);
}

void Server::connect(const wire::Endpoint& remote, std::unique_ptr<Service> service) {
  conversations_.push_back({.fd = -1, .service = std::move(service), .buffer = {}});
  const auto place = std::prev(conversations_.end());
  place->buffer.resize(event::kEndpointSize);
  std::ranges::copy(event::encode(remote), place->buffer.begin());
  call({.op = Op::Socket, .args = {domain(remote), SOCK_STREAM, IPPROTO_TCP}}, Step::Socket, place);
}

void Server::heard(const Reply& reply) {
  const auto found = pending_.find(reply.id);
  if (found == pending_.end()) return;
  const Pending pending = found->second;
  pending_.erase(found);
  if (pending.step == Step::Ignored) return;
  if (pending.of) {
    heard(*pending.of, pending.step, reply);
  } else {
    heard_listening(pending.step, reply);
  }
}

void Server::heard_listening(Step step, const Reply& reply) {
  if (reply.result < 0) {
    error_ = reply.error;
    return;
  }
  switch (step) {
    case Step::Socket: {
      listener_ = static_cast<std::int32_t>(reply.result);
      const auto endpoint = event::encode(local_);
      return call({.fd = listener_, .op = Op::Bind, .data = endpoint}, Step::Bind);
    }
    case Step::Bind:
      return call({.fd = listener_, .op = Op::Listen, .args = {kBacklog}}, Step::Listen);
    case Step::Accept:
      ++served_;
      conversations_.push_back({.fd = static_cast<std::int32_t>(reply.result),
                                .service = make_(),
                                .buffer = {},
                                .open = true});
      advance(std::prev(conversations_.end()));
      [[fallthrough]];
    default:
      return call({.fd = listener_, .op = Op::Accept}, Step::Accept);
  }
}

void Server::heard(Place c, Step step, const Reply& reply) {
  if (step == Step::Socket) {
    if (reply.result < 0) {
      c->closing = true;
      return reap();
    }
    c->fd = static_cast<std::int32_t>(reply.result);
    const event::Span remote{c->buffer};
    return call({.fd = c->fd, .op = Op::Connect, .data = remote}, Step::Connect, c);
  }
  if (step == Step::Receive) c->receiving = false;
  if (step == Step::Send) c->sending = false;
  if (c->closing) return reap();
  if (reply.result < 0) return close(c, Op::Close);
  if (step == Step::Connect) {
    c->open = true;
    ++served_;
  } else if (step == Step::Receive && reply.result > 0) {
    c->service->take(reply.data);
  } else if (step == Step::Receive) {
    c->ended = true;
    c->service->end();
  }
  advance(c);
}

void Server::advance(Place c) {
  if (!c->open || c->closing) return;
  if (!c->sending && !c->shut) {
    c->buffer.resize(kChunk);
    const auto given = c->service->give(c->buffer);
    if (given > 0) {
      c->sending = true;
      call({.fd = c->fd, .op = Op::Send, .data = std::span{c->buffer}.first(given)}, Step::Send, c);
    } else if (c->service->finished()) {
      c->shut = true;
      call({.fd = c->fd, .op = Op::Shutdown, .args = {SHUT_WR}}, Step::Ignored);
    }
  }
  if (c->service->failed()) return close(c, Op::Abort);
  if (!c->receiving && !c->ended && c->service->wants()) {
    c->receiving = true;
    call({.fd = c->fd, .op = Op::Receive, .args = {0, static_cast<std::int64_t>(kChunk)}},
         Step::Receive, c);
  }
  if (c->ended && c->shut && !c->sending) close(c, Op::Close);
}

// What it still waits for is answered before it goes.
void Server::close(Place c, Op how) {
  c->closing = true;
  call({.fd = c->fd, .op = how}, Step::Ignored);
  reap();
}

void Server::reap() {
  if (looking_) return;
  std::erase_if(conversations_,
                [](const Conversation& c) { return c.closing && !c.receiving && !c.sending; });
}

void Server::add_waits(std::vector<pollfd>& waits) const {
  for (const auto& c : conversations_) {
    if (c.open && !c.closing) c.service->add_waits(!c.sending && !c.shut, waits);
  }
}

void Server::look() {
  looking_ = true;  // Nobody goes while we walk.
  for (auto c = conversations_.begin(); c != conversations_.end(); ++c) advance(c);
  looking_ = false;
  reap();
}

}  // namespace harness::serve
