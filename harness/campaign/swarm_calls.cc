// The application's part of a random conversation.

#include <fcntl.h>
#include <fmt/format.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <poll.h>
#include <sys/socket.h>

#include <algorithm>
#include <array>
#include <cerrno>
#include <cstring>
#include <iterator>

#include "harness/campaign/swarm_peer.h"
#include "harness/event/status.h"
#include "harness/event/stream.h"

namespace harness::campaign {

using event::Call;
using event::Op;

namespace {

constexpr std::size_t kSetUp = 4;  // Socket, option or mode, option, and what it is for.

struct Option {
  std::int64_t level, name;
  std::array<std::int64_t, 3> values;
};
constexpr Option kOptions[] = {
    {IPPROTO_TCP, TCP_NODELAY, {1, 1, 0}},
    {SOL_SOCKET, SO_KEEPALIVE, {1, 1, 1}},
    {IPPROTO_TCP, TCP_KEEPIDLE, {1, 5, 60}},
    {IPPROTO_TCP, TCP_KEEPINTVL, {1, 2, 10}},
    {IPPROTO_TCP, TCP_KEEPCNT, {1, 2, 3}},
    {SOL_SOCKET, SO_RCVBUF, {300, 4000, 100'000}},
    {SOL_SOCKET, SO_SNDBUF, {2000, 5000, 200'000}},
    {IPPROTO_TCP, TCP_USER_TIMEOUT, {500, 3000, 60'000}},
    {IPPROTO_TCP, TCP_MAXSEG, {536, 1000, 88}},
    {IPPROTO_TCP, TCP_QUICKACK, {1, 0, 1}},
    {IPPROTO_TCP, TCP_SYNCNT, {1, 2, 3}},
    {IPPROTO_TCP, TCP_LINGER2, {1, 5, 60}},
};

}  // namespace

SwarmPeer::Stimulus SwarmPeer::ask(Call call, std::size_t strand) {
  call.id = next_call_++;
  asked_.push_back({.id = call.id, .op = call.op, .strand = strand});
  return call;
}

SwarmPeer::Stimulus SwarmPeer::set_first_isn() {
  numbered_ = true;
  text_.clear();
  fmt::format_to(std::back_inserter(text_), "engine.first_isn={}", *plan_->first_isn);
  return ask({.op = Op::World, .text = text_}, kMostStrands);
}

SwarmPeer::Stimulus SwarmPeer::set_up_listener() {
  const auto domain = host_.local.version() == wire::IpVersion::V4 ? AF_INET : AF_INET6;
  switch (listener_set_up_++) {
    case 0:
      return ask({.op = Op::Socket, .args = {domain, SOCK_STREAM, IPPROTO_TCP}}, kMostStrands);
    case 1: {
      const auto name = event::encode(wire::Endpoint{host_.local, kTargetPort});
      words_.assign(name.begin(), name.end());
      return ask({.fd = listener_, .op = Op::Bind, .data = words_}, kMostStrands);
    }
    case 2:  // Accepted sockets inherit what is set here.
      if (rng_.chance({1, 4})) return set_option(kMostStrands, listener_);
      return set_up_listener();
    case 3:
      if (rng_.chance({1, 2})) {
        return ask({.fd = listener_, .op = Op::Control, .args = {F_SETFL, O_NONBLOCK}},
                   kMostStrands);
      }
      return set_up_listener();
    default:
      listening_ = true;
      return ask({.fd = listener_,
                  .op = Op::Listen,
                  .args = {static_cast<std::int64_t>(rng_.chance({1, 6}) ? rng_.below(3) : 8)}},
                 kMostStrands);
  }
}

SwarmPeer::Stimulus SwarmPeer::set_up_socket(Strand& s) {
  const auto domain = host_.local.version() == wire::IpVersion::V4 ? AF_INET : AF_INET6;
  switch (s.set_up++) {
    case 0:
      return ask({.op = Op::Socket, .args = {domain, SOCK_STREAM, IPPROTO_TCP}}, index_of(s));
    case 1:
      if (rng_.chance({1, 3})) {
        return ask({.fd = s.fd, .op = Op::Control, .args = {F_SETFL, O_NONBLOCK}}, index_of(s));
      }
      [[fallthrough]];
    case 2:
      s.set_up = 3;
      if (rng_.chance({1, 3})) return set_option(index_of(s), s.fd);
      [[fallthrough]];
    default: {
      s.set_up = kSetUp;
      const auto name = event::encode(wire::Endpoint{host_.remote, s.peer_port});
      words_.assign(name.begin(), name.end());
      return ask({.fd = s.fd, .op = Op::Connect, .data = words_}, index_of(s));
    }
  }
}

SwarmPeer::Stimulus SwarmPeer::set_option(std::size_t strand, std::int32_t fd) {
  if (rng_.chance({1, 8})) {
    const std::array<int, 2> linger = {1, 0};  // On, and no time: close() aborts.
    words_.resize(sizeof linger);
    std::memcpy(words_.data(), linger.data(), sizeof linger);
    return ask({.fd = fd, .op = Op::SetOption, .args = {SOL_SOCKET, SO_LINGER, 0}, .data = words_},
               strand);
  }
  const Option& option = kOptions[rng_.below(std::size(kOptions))];
  return set_option(strand, fd, option.level, option.name, option.values[rng_.below(3)]);
}

SwarmPeer::Stimulus SwarmPeer::set_option(std::size_t strand, std::int32_t fd, std::int64_t level,
                                          std::int64_t name, std::int64_t value) {
  return ask({.fd = fd, .op = Op::SetOption, .args = {level, name, value}}, strand);
}

SwarmPeer::Stimulus SwarmPeer::accept(Strand& s) {
  if (s.active || s.fd >= 0 || accepting_ || listener_ < 0) return std::nullopt;
  accepting_ = true;
  return ask({.fd = listener_, .op = Op::Accept}, kMostStrands);
}

SwarmPeer::Stimulus SwarmPeer::write(Strand& s) {
  if (s.write_shut && !rng_.chance({1, 10})) return std::nullopt;
  std::size_t octets = 1 + rng_.below(100);
  switch (rng_.below(8)) {
    case 0:
      octets = 1;
      break;
    case 1:
      octets = 1 + rng_.below(4000);
      break;
    case 2:
      octets = rng_.chance({1, 8}) ? 70'000 : 536;
      break;
    default:
      break;
  }
  return write(s, octets, (rng_.chance({7, 8}) ? MSG_DONTWAIT : 0) | (octets == 1 ? MSG_OOB : 0));
}

SwarmPeer::Stimulus SwarmPeer::write(Strand& s, std::size_t octets, std::int64_t how) {
  if (s.fd < 0 || s.closed || s.writing) return std::nullopt;
  if (data_.size() < octets) data_.resize(octets);  // Not smaller: what is left over does no harm.
  const auto data = std::span{data_}.first(octets);
  event::fill_stream(data, s.written, event::kFromApplication);
  s.writing = true;
  const std::int64_t flags = MSG_NOSIGNAL | how;
  return ask({.fd = s.fd, .op = Op::Send, .args = {flags}, .data = data}, index_of(s));
}

SwarmPeer::Stimulus SwarmPeer::read(Strand& s) {
  if (s.end_seen && !rng_.chance({1, 10})) return std::nullopt;
  constexpr std::array<std::int64_t, 4> kOctets = {10, 100, 4000, 100'000};
  const std::int64_t flags =
      (rng_.chance({7, 8}) ? MSG_DONTWAIT : 0) | (rng_.chance({1, 20}) ? MSG_PEEK : 0);
  return read(s, kOctets[rng_.below(4)], flags);
}

SwarmPeer::Stimulus SwarmPeer::read(Strand& s, std::int64_t octets, std::int64_t flags) {
  if (s.fd < 0 || s.closed || s.reading) return std::nullopt;
  s.reading = true;
  return ask({.fd = s.fd, .op = Op::Receive, .args = {flags, octets}}, index_of(s));
}

SwarmPeer::Stimulus SwarmPeer::poll(Strand& s) {
  if (s.fd < 0 || s.closed) return std::nullopt;
  return ask({.fd = s.fd, .op = Op::Poll, .args = {POLLIN | POLLPRI, 0}}, index_of(s));
}

SwarmPeer::Stimulus SwarmPeer::shut_down(Strand& s) {
  if (s.fd < 0 || s.closed) return std::nullopt;
  const bool reading_too = rng_.chance({1, 6});
  if (s.write_shut && !reading_too) return std::nullopt;
  s.write_shut = true;
  return ask({.fd = s.fd, .op = Op::Shutdown, .args = {reading_too ? SHUT_RDWR : SHUT_WR}},
             index_of(s));
}

// Not while another call sleeps on it: what then becomes of that one is the system's affair.
SwarmPeer::Stimulus SwarmPeer::close(Strand& s) {
  if (s.fd < 0 || s.closed || s.reading || s.writing) return std::nullopt;
  s.closed = true;
  const auto op = rng_.chance({1, 12}) ? Op::Abort : Op::Close;
  return ask({.fd = s.fd, .op = op}, index_of(s));
}

SwarmPeer::Stimulus SwarmPeer::status(Strand& s) {
  if (s.target_port == 0) return std::nullopt;
  const auto name = event::encode(wire::FourTuple{.local = {host_.local, s.target_port},
                                                  .remote = {host_.remote, s.peer_port}});
  words_.assign(name.begin(), name.end());
  return ask({.fd = -1, .op = Op::Status, .data = words_}, index_of(s));
}

void SwarmPeer::answered(const event::Trace&, const event::Reply& reply, const Asked& asked) {
  const auto result = static_cast<std::int32_t>(reply.result);
  if (asked.strand == kMostStrands) {
    if (asked.op == Op::Socket) listener_ = result;
    if (asked.op != Op::Accept) return;
    accepting_ = false;
    const auto tuple = event::decode_four_tuple(reply.data);
    if (result < 0 || !tuple) return;
    for (Strand& s : strands()) {
      if (!s.active && s.peer_port == tuple->remote.port) s.fd = result;
    }
    return;
  }
  Strand& s = strands_[asked.strand];
  const bool again = reply.error == EAGAIN || reply.error == EINPROGRESS ||
                     reply.error == EALREADY || reply.error == ENOTCONN;
  switch (asked.op) {
    case Op::Socket:
      s.fd = result;
      break;
    case Op::Connect:
      s.failed = result < 0 && !again;
      break;
    case Op::Send:
      s.writing = false;
      if (result > 0) s.written += static_cast<std::uint64_t>(result);
      break;
    case Op::Receive:
      s.reading = false;
      s.end_seen = s.end_seen || result == 0;
      break;
    case Op::Status:
      if (const auto status = event::decode_status(reply.data); status && status->state()) {
        states_ |= 1u << static_cast<unsigned>(*status->state());
      }
      break;
    default:
      break;
  }
}

}  // namespace harness::campaign
