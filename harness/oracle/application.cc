#include "harness/oracle/application.h"

#include <algorithm>
#include <array>
#include <cerrno>
#include <cstddef>
#include <utility>

#include "harness/oracle/room.h"

namespace harness::oracle {
namespace {

using event::Call;
using event::Op;
using event::Reply;

// Linux's numbers, as calls carry them.
constexpr std::int64_t kSocketLevel = 1, kError = 4, kLinger = 13, kShutWrite = 1;

bool ends_a_connection(std::int32_t error) {
  switch (error) {
    case 0:
    case EAGAIN:
    case EINTR:
    case EINPROGRESS:
    case EALREADY:
    case EISCONN:
      return false;
    default:
      return true;
  }
}

bool all_zero(event::Span octets) {
  return std::ranges::all_of(octets, [](std::byte octet) { return octet == std::byte{}; });
}

class Application {
 public:
  explicit Application(const event::Trace& trace) : trace_(trace) {
    by_fd_.reserve(kRoom);
    asked_.reserve(kRoom);
    sockets_.reserve(kRoom / 2);
  }

  std::vector<Socket> sockets() {
    for (std::uint32_t i = 0; i < trace_.size(); ++i) {
      if (trace_[i].kind == event::Kind::Call) called(i, trace_.call(trace_[i]));
      if (trace_[i].kind == event::Kind::Reply) replied(i, trace_.reply(trace_[i]));
    }
    for (Socket& socket : sockets_) {
      std::uint64_t position = 0;
      for (Write& write : socket.writes) {
        write.position = position;
        position += write.octets.size();
      }
    }
    return std::move(sockets_);
  }

 private:
  // What its reply is read by, of a call.
  struct Asked {
    std::uint32_t id = 0;
    std::int32_t fd = -1;
    Op op{};
    std::array<std::int64_t, 3> args{};
    std::optional<std::size_t> socket{};  // The fd may name another one when the reply comes.
    std::size_t write = 0;
  };
  struct Name {
    std::int32_t fd = -1;
    std::size_t socket = 0;
  };

  std::optional<std::size_t> socket_of(std::int32_t fd) const {
    const auto found = std::ranges::lower_bound(by_fd_, fd, {}, &Name::fd);
    if (found == by_fd_.end() || found->fd != fd) return std::nullopt;
    return found->socket;
  }
  std::size_t open(std::int32_t fd, bool active, std::uint32_t record) {
    const auto found = std::ranges::lower_bound(by_fd_, fd, {}, &Name::fd);
    if (found != by_fd_.end() && found->fd == fd) {
      found->socket = sockets_.size();
    } else {
      by_fd_.insert(found, {fd, sockets_.size()});
    }
    sockets_.push_back({.fd = fd, .active = active, .since = record});
    return sockets_.size() - 1;
  }

  void forget(std::int32_t fd) {
    const auto found = std::ranges::lower_bound(by_fd_, fd, {}, &Name::fd);
    if (found != by_fd_.end() && found->fd == fd) by_fd_.erase(found);
  }
  // Where the call with this id stands, or would.
  std::vector<Asked>::iterator pending(std::uint32_t id) {
    return std::ranges::lower_bound(asked_, id, {}, &Asked::id);
  }

  void called(std::uint32_t record, const Call& call) {
    // Filled where it stays: what is copied as soon as it is written has to be waited for.
    auto at = pending(call.id);
    if (at == asked_.end() || at->id != call.id) at = asked_.emplace(at);
    Asked& asked = *at;
    asked.id = call.id;
    asked.fd = call.fd;
    asked.op = call.op;
    asked.args = call.args;
    asked.socket = socket_of(call.fd);
    asked.write = 0;
    if (call.op == Op::Connect && (!asked.socket || sockets_[*asked.socket].failed)) {
      asked.socket = open(call.fd, true, record);
    }
    if (asked.socket) {
      Socket& socket = sockets_[*asked.socket];
      if (call.op == Op::Send) {
        asked.write = socket.writes.size();
        if (socket.writes.empty()) socket.writes.reserve(kRoom);
        socket.writes.push_back({.called = record, .octets = call.data});
      } else if (call.op == Op::Abort) {
        socket.aborted = true;
      } else if (call.op == Op::Shutdown && call.args[0] != kShutWrite) {
        socket.reading_shut = record;
      } else if (call.op == Op::SetOption && is(call.args, kLinger)) {
        socket.aborted = true;
      }
    }
  }

  static bool is(const std::array<std::int64_t, 3>& args, std::int64_t option) {
    return args[0] == kSocketLevel && args[1] == option;
  }

  void replied(std::uint32_t record, const Reply& reply) {
    const auto found = pending(reply.id);
    if (found == asked_.end() || found->id != reply.id) return;
    take(record, *found, reply);
    asked_.erase(found);
  }

  void take(std::uint32_t record, const Asked& asked, const Reply& reply) {
    if (asked.op == Op::Accept && reply.error == 0) {
      const auto accepted = open(static_cast<std::int32_t>(reply.result), false, record);
      sockets_[accepted].tuple = event::decode_four_tuple(reply.data);
      return;
    }
    if (!asked.socket) return;
    Socket& socket = sockets_[*asked.socket];
    if (ends_a_connection(reply.error)) socket.failed = true;
    switch (asked.op) {
      case Op::Connect:
        if (const auto tuple = event::decode_four_tuple(reply.data)) socket.tuple = tuple;
        break;
      case Op::Send: {
        Write& write = socket.writes[asked.write];
        write.replied = record;
        const auto taken = static_cast<std::size_t>(std::max<std::int64_t>(reply.result, 0));
        write.octets = write.octets.first(std::min(taken, write.octets.size()));
        break;
      }
      case Op::Receive:
        if (socket.reads.empty()) socket.reads.reserve(kRoom);
        socket.reads.push_back({.replied = record,
                                .flags = asked.args[0],
                                .at_most = asked.args[1],
                                .result = reply.result,
                                .octets = reply.data});
        break;
      case Op::GetOption:
        // Who asks takes the error away, if there is one; what the answer was may not be on record.
        if (is(asked.args, kError)) socket.failed |= reply.data.empty() || !all_zero(reply.data);
        break;
      case Op::Close:
      case Op::Abort:
        forget(asked.fd);
        socket.closed = true;
        break;
      default:
        break;
    }
  }

  const event::Trace& trace_;
  std::vector<Socket> sockets_;
  // In their order: what is new stands at the end nearly always.
  std::vector<Name> by_fd_;
  std::vector<Asked> asked_;  // Without a reply yet, by Call::id.
};

}  // namespace

std::vector<Socket> sockets_of(const event::Trace& trace) { return Application{trace}.sockets(); }

}  // namespace harness::oracle
