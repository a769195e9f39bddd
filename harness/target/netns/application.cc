#include "harness/target/netns/application.h"

#include <fcntl.h>
#include <sys/socket.h>

#include <algorithm>
#include <utility>

#include "harness/base/check.h"
#include "harness/event/status.h"
#include "harness/observe/tcp_info.h"
#include "harness/target/netns/address.h"
#include "harness/target/netns/sysctl.h"

namespace harness::target::netns {
namespace {

using clock::Instant;
using event::Call;
using event::Op;
using event::TcpState;

constexpr std::int64_t kLargestOption = 64 << 10;

int argument(const Call& call, std::size_t index) { return static_cast<int>(call.args[index]); }

Outcome bind(const Socket& socket, const Call& call) {
  const auto endpoint = event::decode_endpoint(call.data);
  if (!endpoint) return failed(EINVAL);
  const auto address = to_system(*endpoint, socket.domain);
  return returned(::bind(socket.file.get(), address.get(), address.length));
}

Outcome set_option(const Socket& socket, const Call& call) {
  const int number = argument(call, 2);
  const bool own = !call.data.empty();
  return returned(::setsockopt(socket.file.get(), argument(call, 0), argument(call, 1),
                               own ? static_cast<const void*>(call.data.data()) : &number,
                               static_cast<socklen_t>(own ? call.data.size() : sizeof number)));
}

Outcome control(const Socket& socket, const Call& call) {
  const int command = argument(call, 0);
  if (command != F_GETFL && command != F_SETFL) return failed(EINVAL);
  return returned(::fcntl(socket.file.get(), command, argument(call, 1)));
}

Outcome poll(const SocketPtr& socket, const Call& call) {
  if (!socket) return {.result = 1, .error = 0, .flags = POLLNVAL, .data = {}};
  pollfd p{.fd = socket->file.get(), .events = static_cast<short>(call.args[0]), .revents = 0};
  Outcome outcome = returned(::poll(&p, 1, 0));
  outcome.flags = static_cast<std::uint16_t>(p.revents);
  return outcome;
}

}  // namespace

std::optional<Outcome> Application::make(const Call& call, Instant now) {
  if (call.op == Op::Socket) return open(call);
  if (call.op == Op::Status) return status(call);
  if (call.op == Op::Foreign) return failed(ENOSYS);
  if (call.op == Op::World) {
    const int error = set_sysctl(call.text);
    return error == 0 ? returned(0) : failed(error);
  }
  SocketPtr socket = means_.table.find(call.fd);
  if (call.op == Op::Poll) return poll(socket, call);
  if (!socket) return failed(EBADF);
  if (call.op == Op::Close || call.op == Op::Abort) means_.table.take(call.fd);
  return on_socket(call, std::move(socket), now);
}

std::optional<Outcome> Application::on_socket(const Call& call, SocketPtr socket, Instant now) {
  const int fd = socket->file.get();
  switch (call.op) {
    case Op::Bind:
      return bind(*socket, call);
    case Op::Listen:
      return returned(::listen(fd, argument(call, 0)));
    case Op::Shutdown:
      return returned(::shutdown(fd, argument(call, 0)));
    case Op::SetOption:
      return set_option(*socket, call);
    case Op::GetOption:
      return get_option(*socket, call);
    case Op::Control:
      return control(*socket, call);
    case Op::Abort: {
      const ::linger none{.l_onoff = 1, .l_linger = 0};
      ::setsockopt(fd, SOL_SOCKET, SO_LINGER, &none, sizeof none);
      break;
    }
    default:
      break;
  }
  Call made = call;
  if (call.op == Op::Abort) made.op = Op::Close;
  Sleeper sleeper{made, std::move(socket), now};
  auto outcome = sleeper.attempt(means_);
  if (!outcome) sleepers_.push_back(std::move(sleeper));
  return outcome;
}

void Application::recorded(std::uint32_t record, event::Span data) {
  CHECK(!sleepers_.empty());
  sleepers_.back().recorded(record, data);
}

std::optional<Application::Answer> Application::answer(Instant now) {
  for (auto it = sleepers_.begin(); it != sleepers_.end(); ++it) {
    auto outcome = it->attempt(means_);
    std::optional<Instant> limit;
    if (!outcome && it->deadline() <= now) {
      limit = it->deadline();
      outcome = it->give_up(means_);
    }
    if (!outcome) continue;
    const Answer answer{
        .call = it->call(), .record = it->record(), .outcome = *outcome, .limit = limit};
    sleepers_.erase(it);
    return answer;
  }
  return std::nullopt;
}

std::optional<Instant> Application::next_deadline() const {
  Instant first = clock::kNever;
  for (const auto& sleeper : sleepers_) first = std::min(first, sleeper.deadline());
  return first == clock::kNever ? std::nullopt : std::optional{first};
}

bool Application::all_wake() const {
  return std::ranges::all_of(sleepers_, [](const Sleeper& s) { return s.waker().fd >= 0; });
}

void Application::add_wakers(std::vector<pollfd>& wakers) const {
  for (const auto& sleeper : sleepers_) wakers.push_back(sleeper.waker());
}

Outcome Application::open(const Call& call) {
  auto socket = std::make_shared<Socket>();
  socket->domain = argument(call, 0);
  socket->file =
      FileDescriptor{::socket(socket->domain, argument(call, 1) | SOCK_CLOEXEC, argument(call, 2))};
  if (!socket->file.open()) return failed(errno);
  return returned(means_.table.enter(std::move(socket)));
}

Outcome Application::get_option(const Socket& socket, const Call& call) {
  const auto most = std::clamp<std::int64_t>(call.args[2], 0, kLargestOption);
  const auto room = means_.scratch.room(static_cast<std::size_t>(most));
  auto length = static_cast<socklen_t>(most);
  Outcome outcome = returned(
      ::getsockopt(socket.file.get(), argument(call, 0), argument(call, 1), room.data(), &length));
  if (outcome.result == 0) outcome.data = means_.scratch.keep(room.first(length));
  return outcome;
}

Outcome Application::status(const Call& call) {
  std::optional<event::Status> found;
  if (call.fd == -1) {
    const auto connection = event::decode_four_tuple(call.data);
    if (!connection) return failed(EINVAL);
    found = means_.diag.connection_status(*connection);
    if (!found) return failed(ENOENT);
  } else {
    const SocketPtr socket = means_.table.find(call.fd);
    if (!socket) return failed(EBADF);
    found = status_of(*socket);
    if (!found) return failed(EOPNOTSUPP);
  }
  Outcome outcome = returned(0);
  outcome.data = means_.scratch.keep(event::encode(*found));
  return outcome;
}

// The timer and the queues are known to sock_diag alone; a socket in none of the kernel's tables,
// CLOSED, only to its owner.
std::optional<event::Status> Application::status_of(const Socket& socket) {
  const auto info = observe::tcp_info(socket.file.get());
  const auto local = local_endpoint(socket.file.get());
  if (!info || !local || info->state() == TcpState::Closed) return info;
  std::optional<event::Status> found;
  if (info->state() == TcpState::Listen) {
    found = means_.diag.listener_status(*local);
  } else if (socket.remote) {
    found = means_.diag.connection_status({.local = *local, .remote = *socket.remote});
  }
  return found ? found : info;
}

}  // namespace harness::target::netns
