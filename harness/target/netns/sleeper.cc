#include "harness/target/netns/sleeper.h"

#include <fcntl.h>
#include <sys/socket.h>
#include <sys/time.h>

#include <algorithm>
#include <utility>

#include "harness/target/netns/address.h"

namespace harness::target::netns {
namespace {

using clock::Instant;
using event::Op;
using event::TcpState;

constexpr std::size_t kLargestRead = 64 << 20;

int option(int fd, int name) {
  int value = 0;
  socklen_t length = sizeof value;
  return ::getsockopt(fd, SOL_SOCKET, name, &value, &length) == 0 ? value : 0;
}

// SO_RCVTIMEO or SO_SNDTIMEO from now on; 0 is no limit.
Instant time_limit(int fd, int name, Instant now) {
  timeval limit{};
  socklen_t length = sizeof limit;
  if (::getsockopt(fd, SOL_SOCKET, name, &limit, &length) != 0) return clock::kNever;
  const clock::Duration t =
      std::chrono::seconds{limit.tv_sec} + std::chrono::microseconds{limit.tv_usec};
  return t.count() == 0 ? clock::kNever : now + t;
}

int events_at(int fd, int events) {
  pollfd p{.fd = fd, .events = static_cast<short>(events), .revents = 0};
  return ::poll(&p, 1, 0) > 0 ? p.revents : 0;
}

}  // namespace

Sleeper::Sleeper(const event::Call& call, SocketPtr socket, Instant now)
    : call_(call), socket_(std::move(socket)) {
  const bool data = call_.op == Op::Send || call_.op == Op::Receive;
  const bool dont_wait = data && (call_.args[0] & MSG_DONTWAIT) != 0;
  blocking_ = !dont_wait && (::fcntl(fd(), F_GETFL) & O_NONBLOCK) == 0;
  if (call_.op == Op::Close) {
    ::linger linger{};
    socklen_t length = sizeof linger;
    ::getsockopt(fd(), SOL_SOCKET, SO_LINGER, &linger, &length);
    deadline_ = now + std::chrono::seconds{linger.l_onoff != 0 ? linger.l_linger : 0};
  } else if (blocking_) {
    const bool in = call_.op == Op::Receive || call_.op == Op::Accept;
    deadline_ = time_limit(fd(), in ? SO_RCVTIMEO : SO_SNDTIMEO, now);
  }
}

void Sleeper::recorded(std::uint32_t record, event::Span data) {
  record_ = record;
  call_.data = data;
  call_.text = {};
}

std::optional<Outcome> Sleeper::attempt(Means& means) {
  switch (call_.op) {
    case Op::Connect:
      return connect(means);
    case Op::Accept:
      return accept(means);
    case Op::Send:
      return send();
    case Op::Receive:
      return receive(means);
    case Op::Close:
      return close(means);
    default:
      return failed(ENOSYS);
  }
}

Outcome Sleeper::give_up(Means& means) {
  switch (call_.op) {
    case Op::Connect:
      return means.scratch.with(failed(EINPROGRESS), connection_);
    case Op::Send:
      return sent_ == 0 ? failed(EAGAIN) : returned(static_cast<std::int64_t>(sent_));
    case Op::Receive:
      return have_.empty() ? failed(EAGAIN) : received(means, have_);
    case Op::Close:
      return returned(0);
    default:
      return failed(EAGAIN);
  }
}

pollfd Sleeper::waker() const {
  short events = 0;
  if (call_.op == Op::Connect || call_.op == Op::Send) events = POLLOUT;
  // Short of enough, what is there already would wake us again and again.
  const bool wait_all = call_.op == Op::Receive && (call_.args[0] & MSG_WAITALL) != 0;
  if (call_.op == Op::Accept || (call_.op == Op::Receive && !wait_all)) events = POLLIN;
  return {.fd = socket_->file.get(), .events = events, .revents = 0};
}

// The call is made non-blocking for its own time only: F_GETFL shows what the run has set.
int Sleeper::begin_connect() {
  const auto endpoint = event::decode_endpoint(call_.data);
  if (!endpoint) return EINVAL;
  const auto address = to_system(*endpoint, socket_->domain);
  const int flags = ::fcntl(fd(), F_GETFL);
  if (blocking_) ::fcntl(fd(), F_SETFL, flags | O_NONBLOCK);
  const int error = ::connect(fd(), address.get(), address.length) == 0 ? 0 : errno;
  if (blocking_) ::fcntl(fd(), F_SETFL, flags);
  if (begun_ || (error != 0 && error != EINPROGRESS)) return error;
  socket_->remote = endpoint;
  if (const auto local = local_endpoint(fd())) connection_ = {*local, *endpoint};
  return error;
}

std::optional<Outcome> Sleeper::connect(Means& means) {
  // Nothing before it is over: another connect() would only say so.
  if (begun_ && events_at(fd(), POLLOUT) == 0) return std::nullopt;
  // At the end the second call gives the result that the sleeping one would have given, and
  // leaves the socket in the same state.
  const int error = begin_connect();
  if (blocking_ && (error == EINPROGRESS || (begun_ && error == EALREADY))) {
    begun_ = true;
    return std::nullopt;
  }
  return means.scratch.with(error == 0 ? returned(0) : failed(error), connection_);
}

std::optional<Outcome> Sleeper::accept(Means& means) {
  if (blocking_ && events_at(fd(), POLLIN) == 0 && option(fd(), SO_ACCEPTCONN) != 0) {
    return std::nullopt;
  }
  SocketAddress from;
  FileDescriptor file{::accept4(fd(), from.get(), &from.length, SOCK_CLOEXEC)};
  if (!file.open()) return failed(errno);
  auto socket = std::make_shared<Socket>();
  socket->file = std::move(file);
  socket->domain = socket_->domain;
  socket->remote = to_endpoint(from);
  const auto local = local_endpoint(socket->file.get());
  if (local && socket->remote) connection_ = {*local, *socket->remote};
  return means.scratch.with(returned(means.table.enter(std::move(socket))), connection_);
}

std::optional<Outcome> Sleeper::send() {
  const int flags = static_cast<int>(call_.args[0]) | MSG_NOSIGNAL | MSG_DONTWAIT;
  const auto done = [this] { return returned(static_cast<std::int64_t>(sent_)); };
  // An error met after some octets is kept for the next call.
  if (sent_ > 0 && (events_at(fd(), 0) & (POLLERR | POLLHUP)) != 0) return done();
  const auto rest = call_.data.subspan(sent_);
  const auto length = ::send(fd(), rest.data(), rest.size(), flags);
  if (length >= 0) sent_ += static_cast<std::size_t>(length);
  if (length < 0 && errno != EAGAIN) return sent_ > 0 ? done() : failed(errno);
  if (!blocking_ || sent_ == call_.data.size()) {
    return length < 0 ? failed(EAGAIN) : done();
  }
  return std::nullopt;
}

// recv(2) wants this many before it returns, unless there will be no more.
std::size_t Sleeper::enough() const {
  const auto most = static_cast<std::size_t>(call_.args[1]);
  if ((call_.args[0] & MSG_WAITALL) != 0) return most;
  return std::min<std::size_t>(most, 1);
}

// SO_RCVLOWAT keeps a blocking read asleep until so many octets are there.
bool Sleeper::may_read() const {
  if (option(fd(), SO_RCVLOWAT) <= 1 || events_at(fd(), POLLIN | POLLRDHUP) != 0) return true;
  std::byte octet;
  const bool error = ::recv(fd(), &octet, 1, MSG_PEEK | MSG_DONTWAIT) < 0;
  return error && errno != EAGAIN;
}

Outcome Sleeper::received(Means& means, event::Span octets) {
  auto outcome = returned(static_cast<std::int64_t>(octets.size()));
  // tcp(7): with MSG_TRUNC the octets are thrown away, not stored.
  if ((call_.args[0] & MSG_TRUNC) == 0) outcome.data = means.scratch.keep(octets);
  return outcome;
}

std::optional<Outcome> Sleeper::receive(Means& means) {
  const int flags = static_cast<int>(call_.args[0]);
  // Of urgent data and of errors there is something or there is not: no sleep for them.
  const bool waits = blocking_ && (flags & (MSG_OOB | MSG_ERRQUEUE)) == 0;
  if (waits && !may_read()) return std::nullopt;
  const std::size_t most = std::min(static_cast<std::size_t>(call_.args[1]), kLargestRead);
  const bool ended = !have_.empty() && (events_at(fd(), 0) & (POLLERR | POLLHUP)) != 0;
  if (ended) return received(means, have_);  // The error is kept for the next call.

  // A peek starts at the front each time.
  const std::size_t before = (flags & MSG_PEEK) != 0 ? 0 : have_.size();
  const auto room = means.scratch.room(most - std::min(most, before));
  const auto length = ::recv(fd(), room.data(), room.size(), flags | MSG_DONTWAIT);
  if (length < 0 && errno == EAGAIN && waits) return std::nullopt;
  if (length < 0) return failed(errno);
  const auto got = room.first(static_cast<std::size_t>(length));
  if (have_.empty() && (!waits || got.size() >= enough())) return received(means, got);
  have_.resize(before);
  have_.insert(have_.end(), got.begin(), got.end());
  const bool last = got.empty() || (events_at(fd(), POLLRDHUP) & (POLLRDHUP | POLLHUP)) != 0;
  if (have_.size() >= std::min(enough(), most) || last) return received(means, have_);
  return std::nullopt;
}

// RFC 9293, 3.9.1.4: close until the connection's end. Linux sleeps in close() while it waits for
// the FIN to be acknowledged, whatever O_NONBLOCK says, and can be woken by nothing else.
std::optional<Outcome> Sleeper::close(Means& means) {
  if (!begun_) {
    begun_ = true;
    const auto local = local_endpoint(fd());
    if (local && socket_->remote) connection_ = {*local, *socket_->remote};
    // A call that still sleeps in the socket keeps it open.
    if (socket_.use_count() > 1) return returned(0);
    const ::linger none{};
    ::linger asked{};
    socklen_t length = sizeof asked;
    ::getsockopt(fd(), SOL_SOCKET, SO_LINGER, &asked, &length);
    const bool lingers = asked.l_onoff != 0 && asked.l_linger > 0;
    if (lingers) ::setsockopt(fd(), SOL_SOCKET, SO_LINGER, &none, sizeof none);
    const auto outcome = returned(socket_->file.close());
    if (!lingers || !connection_) return outcome;
  }
  const auto status = means.diag.connection_status(*connection_);
  const auto state = status ? status->state() : std::nullopt;
  if (state == TcpState::FinWait1 || state == TcpState::Closing || state == TcpState::LastAck) {
    return std::nullopt;
  }
  return returned(0);
}

}  // namespace harness::target::netns
