#include "harness/model/application.h"

#include <algorithm>
#include <cerrno>
#include <charconv>
#include <cstring>
#include <limits>

#include "harness/model/call_numbers.h"

namespace harness::model {
namespace {

using event::Op;

// As in call_numbers.h; these are of interest only here.
constexpr std::int64_t kReceiveBuffer = 8, kKeepAlive = 9, kInline = 10, kLinger = 13,
                       kLowWater = 18;
constexpr std::int64_t kTcpLevel = 6, kNoDelay = 1, kMaxSegment = 2, kCork = 3, kKeepCount = 6,
                       kWindowClamp = 10, kMore = 0x8000, kWaitAll = 0x100, kKeepIdle = 4,
                       kKeepInterval = 5, kSynCount = 7, kLinger2 = 8, kDefer = 9,
                       kUserTimeout = 18;
constexpr std::int64_t kShutRead = 0, kShutWrite = 1;

std::int32_t int_at(event::Span data, std::size_t index) {
  std::int32_t value = 0;
  if (data.size() >= (index + 1) * sizeof value) {
    std::memcpy(&value, data.data() + index * sizeof value, sizeof value);
  }
  return value;
}

// What an int of the application's or its host's holds; a record may tell of more.
std::int64_t as_int(std::int64_t value) {
  using Int = std::numeric_limits<std::int32_t>;
  return std::clamp<std::int64_t>(value, Int::min(), Int::max());
}

void copy_options(const Socket& from, Connection& to) {
  to.linger_zero = from.linger_zero;
  to.keepalive = from.keepalive;
  to.keepalive_idle = from.keepalive_idle;
  to.keepalive_interval = from.keepalive_interval;
  to.keepalive_since = from.keepalive_since;
  to.own_timeout = to.own_timeout || from.own_timeout;
  to.least_timeout = std::min(to.least_timeout, from.least_timeout);
  to.orphan_wait = std::min(to.orphan_wait, from.orphan_wait);
  to.nodelay = to.nodelay || from.nodelay;
  to.corked = to.corked || from.corked;
  to.patient = to.patient || from.patient;
  to.buffer_set = to.buffer_set || from.buffer_set;
  to.inlined = from.inlined;
  // Once it is open, what is asked anew may come too late.
  if (from.segment_asked > 0) {
    const auto before = to.segment_asked > 0 ? to.segment_asked : from.segment_asked;
    to.segment_asked = std::min(before, from.segment_asked);
  }
}

void write(Connection& connection, const event::Call& call, Time now) {
  const Piece piece{.at = connection.app_high, .octets = call.data, .call = call.id, .since = now};
  if (!call.data.empty()) connection.written.push_back(piece);
  connection.app_high = piece.end();
  if ((call.args[0] & kMore) != 0) connection.corked = true;
  if ((call.args[0] & kOutOfBand) != 0) {
    auto& ends = connection.urgent_ends;
    std::shift_right(ends.begin(), ends.end(), 1);
    ends[0] = piece.end();
  }
}

// The name may be another connection's by now.
Connection* own(const Socket& s) {
  return s.connection != nullptr && s.connection->fd == s.fd ? s.connection : nullptr;
}

}  // namespace

Time Application::next_deadline() const {
  Time next = kNoTime;
  for (const Socket& s : sockets_) next = std::min(next, s.connect_due);
  return next;
}

std::optional<Socket> Application::overdue(Time now) {
  for (Socket& s : sockets_) {
    if (s.connect_due >= now) continue;
    s.connect_due = kNoTime;
    return s;
  }
  return std::nullopt;
}

void Application::clear(bool recorded) {
  sockets_.clear();
  pending_.clear();
  host_ = {};
  host_.seen = recorded;
}

Socket& Application::socket(std::int32_t fd) {
  const auto found = std::ranges::find(sockets_, fd, &Socket::fd);
  if (found != sockets_.end()) return *found;
  sockets_.push_back({.fd = fd});
  return sockets_.back();
}

Connection* Application::connection(std::int32_t fd) {
  const auto found = std::ranges::find(sockets_, fd, &Socket::fd);
  return found == sockets_.end() ? nullptr : own(*found);
}

Application::Listener Application::listener(const wire::Endpoint& local) const {
  Listener found;
  if (!host_.seen) found.maybe = true;
  for (const Socket& s : sockets_) {
    if (!s.listening && !s.perhaps_listening) continue;
    if (s.local && (s.local->port != local.port ||
                    (!s.local->address.unspecified() && s.local->address != local.address))) {
      continue;
    }
    // A listener whose place is unknown may be here.
    if (s.listening && s.local) found.sure = true;
    found.maybe = true;
    found.defers = found.defers || s.defers;
    found.own_timeout = found.own_timeout || s.own_timeout || host_.own_timeout;
    if (s.keepalive) {
      found.keepalive = true;
      found.keepalive_idle = s.keepalive_idle;
      found.keepalive_interval = s.keepalive_interval;
    }
    found.backlog = std::max(found.backlog, s.backlog);
  }
  return found;
}

bool Application::adopt_connect(Connection& connection) {
  for (Socket& s : sockets_) {
    if (!s.connecting || s.remote != connection.tuple.remote) continue;
    if (s.local && s.local->port != 0 && s.local->port != connection.tuple.local.port) continue;
    s.connecting = false;
    s.connect_due = kNoTime;
    s.connection = &connection;
    connection.reopen();
    connection.calls_known = true;
    connection.connect = true;
    connection.fd = s.fd;
    connection.own_timeout = host_.own_timeout;
    connection.least_timeout = host_.own_timeout ? 0 : kNoTime;
    copy_options(s, connection);
    connection.open_timeout = s.user_timeout;
    connection.connecting = s.connect_record;
    return true;
  }
  return false;
}

Socket& Application::accept(std::int32_t listener, std::int32_t fd) {
  Socket accepted = socket(listener);  // Options are inherited.
  accepted.fd = fd;
  accepted.listening = accepted.perhaps_listening = false;
  accepted.open = true;
  accepted.connection = nullptr;
  return socket(fd) = accepted;
}

void Application::adopt_accept(std::int32_t listener, std::int32_t fd, Connection& connection) {
  Socket& accepted = accept(listener, fd);
  accepted.connection = &connection;
  connection.fd = fd;
  // What was set for the host, or for another connection of the name, has a length nobody knows.
  if (connection.own_timeout || host_.own_timeout) connection.least_timeout = 0;
  connection.own_timeout = connection.own_timeout || host_.own_timeout;
  copy_options(accepted, connection);
}

void Application::set_option(Socket& s, const event::Call& call, Time now) {
  const auto level = call.args[0], option = call.args[1];
  const auto given = call.data.empty() ? call.args[2] : int_at(call.data, 0);
  const std::int64_t value = as_int(given);
  if (level == kSocketLevel && option == kKeepAlive) s.keepalive = value != 0;
  if (level == kSocketLevel && option == kInline) s.inlined = value != 0;
  if (level == kSocketLevel && option == kLowWater) s.patient = true;
  if (level == kSocketLevel && option == kReceiveBuffer) s.buffer_set = own(s) != nullptr;
  if (level == kSocketLevel && option == kLinger) {
    s.linger_zero = value != 0 && int_at(call.data, 1) == 0;
  }
  if (level == kTcpLevel) {
    if (option == kKeepIdle) s.keepalive_idle = value * kSecond;
    if (option == kKeepInterval) s.keepalive_interval = value * kSecond;
    const bool once = option == kKeepCount && value <= 1;
    if (option == kSynCount || once) {
      s.own_timeout = true;
      s.least_timeout = 0;
    }
    if (option == kUserTimeout) {
      s.own_timeout = true;
      s.user_timeout = std::max<std::int64_t>(value, 0) * kMillisecond;
      s.least_timeout = std::min(s.least_timeout, s.user_timeout);
      if (own(s) != nullptr) s.connection->open_timeout = 0;
    }
    if (option == kDefer) s.defers = true;
    if (option == kLinger2 && value != 0) {
      s.orphan_wait = std::clamp(value * kSecond, Time{0}, kOrphan);
    }
    if (option == kMaxSegment && value > 0) s.segment_asked = value;
    if (option == kNoDelay && value != 0) s.nodelay = true;
    if (option == kCork && value != 0) s.corked = true;
    if (option == kWindowClamp) s.buffer_set = true;
  }
  s.keepalive_since = now;
  if (own(s) != nullptr) copy_options(s, *s.connection);
}

void Application::set_world(std::string_view text) {
  const auto equals = text.find('=');
  if (equals == text.npos) return;
  const auto key = text.substr(0, equals), digits = text.substr(equals + 1);
  std::int64_t value = 0;
  std::from_chars(digits.data(), digits.data() + digits.size(), value);
  value = as_int(value);
  if (key.ends_with("tcp_keepalive_time")) host_.keepalive_idle = value * kSecond;
  if (key.ends_with("tcp_keepalive_intvl")) host_.keepalive_interval = value * kSecond;
  for (const auto* const name : {"retries1", "retries2", "_retries", "fin_timeout"}) {
    if (key.ends_with(name)) host_.own_timeout = true;
  }
}

void Application::close(Socket& s, const event::Call& call, std::uint32_t record) {
  s.listening = s.perhaps_listening = false;
  Connection* const connection = own(s);
  const bool whole = call.op != Op::Shutdown;
  if (connection != nullptr) {
    if (!connection->closing) connection->close_record = record;
    const auto how = call.args[0];
    if (whole || how != kShutRead) connection->closing = true;
    if (!whole && how != kShutWrite) connection->reading_shut = true;
    if (whole) connection->closed = true;
    if (call.op == Op::Abort || (whole && s.linger_zero)) connection->aborted = true;
  }
  if (whole) s = Socket{.fd = s.fd};
}

void Application::call(const event::Call& call, std::uint32_t record, Moment now, Time punctual) {
  host_.seen = true;
  pending_.push_back({.call = call, .record = record, .connection = connection(call.fd)});
  if (call.op == Op::World) set_world(call.text);
  if (call.fd < 0 || call.op == Op::Socket) return;
  Socket& s = socket(call.fd);
  switch (call.op) {
    case Op::Bind:
      s.local = event::decode_endpoint(call.data);
      break;
    case Op::Listen:
      s.perhaps_listening = true;
      s.backlog = call.args[0];
      break;
    case Op::Connect:
      if (s.connection == nullptr || s.connection->failed) {
        s.remote = event::decode_endpoint(call.data);
        s.connecting = s.remote.has_value();
        s.connect_record = record;
        s.connect_due = s.connecting ? now.until + punctual : kNoTime;
      }
      break;
    case Op::Send:
      if (Connection* const to = own(s)) write(*to, call, now.from);
      break;
    case Op::Receive:
      if ((call.args[0] & (kOutOfBand | kWaitAll)) == 0 && call.args[1] > 0) {
        if (Connection* const from = own(s)) from->reading = record;
      }
      break;
    case Op::SetOption:
      set_option(s, call, now.until);
      break;
    case Op::Shutdown:
    case Op::Close:
    case Op::Abort:
      close(s, call, record);
      break;
    default:
      break;
  }
}

std::optional<Pending> Application::answer(const event::Reply& reply) {
  const auto found =
      std::ranges::find(pending_, reply.id, [](const Pending& p) { return p.call.id; });
  if (found == pending_.end()) return std::nullopt;
  const Pending pending = *found;
  pending_.erase(found);
  const auto& call = pending.call;
  if (call.op == Op::Socket && reply.error == 0) {
    Socket& made = socket(static_cast<std::int32_t>(reply.result));
    made = Socket{.fd = made.fd};
    made.open = true;
    made.keepalive_idle = host_.keepalive_idle;
    made.keepalive_interval = host_.keepalive_interval;
  }
  if (call.op == Op::Listen && call.fd >= 0) {
    socket(call.fd).listening = reply.error == 0;
    socket(call.fd).perhaps_listening = reply.error == 0;
  }
  if (call.op == Op::Connect && call.fd >= 0 && reply.error != 0 &&
      socket(call.fd).connection == nullptr && reply.error != EINPROGRESS) {
    socket(call.fd).connecting = false;
    socket(call.fd).connect_due = kNoTime;
  }
  if (call.op == Op::SetOption && reply.error != 0 && call.fd >= 0) {
    if (call.args[0] == kSocketLevel && call.args[1] == kKeepAlive) {
      socket(call.fd).keepalive = false;
      if (pending.connection != nullptr) pending.connection->keepalive = false;
    }
    // Nothing is asked of a limit that was refused.
    if (call.args[0] == kTcpLevel && call.args[1] == kUserTimeout) {
      Socket& s = socket(call.fd);
      s.user_timeout = s.least_timeout = 0;
      if (own(s) != nullptr) copy_options(s, *s.connection);
    }
  }
  if (pending.connection != nullptr && pending.connection->reading == pending.record) {
    pending.connection->reading = event::kNoRecord;
  }
  if (call.op == Op::Connect && call.fd >= 0) {
    socket(call.fd).connect_record = event::kNoRecord;
    Connection* const to = connection(call.fd);
    if (to != nullptr) to->connecting = event::kNoRecord;
  }
  if (call.op == Op::Send && pending.connection != nullptr) {
    Connection& to = *pending.connection;
    const auto taken = static_cast<std::size_t>(std::max<std::int64_t>(0, reply.result));
    for (Piece& piece : to.written) {
      if (piece.call == call.id && &piece == &to.written.back() && taken < piece.octets.size()) {
        piece.octets = piece.octets.first(taken);
      }
    }
    to.app_high = to.written.empty() ? 1 : to.written.back().end();
    to.app_low = std::max(to.app_low, to.app_high);
    if ((call.args[0] & kOutOfBand) != 0) {
      if (taken > 0) to.urgent_sure = to.urgent_ends[0] = to.app_high;
      if (taken == 0) to.urgent_ends[0] = to.urgent_ends[1];
    }
  }
  return pending;
}

}  // namespace harness::model
