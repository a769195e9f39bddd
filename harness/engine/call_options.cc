#include <fcntl.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <sys/ioctl.h>
#include <sys/socket.h>

#include <algorithm>
#include <array>
#include <cerrno>
#include <chrono>
#include <cstring>
#include <limits>
#include <optional>

#include "harness/engine/buffers.h"
#include "harness/engine/calls.h"
#include "harness/engine/timers.h"
#include "harness/engine/transmit.h"

namespace harness::engine {

using event::Call;

namespace {

using std::chrono::milliseconds;
using std::chrono::seconds;

constexpr std::int64_t kMostBuffer = 1 << 26, kLeastBuffer = 256;

// level and name as one, to switch on.
constexpr std::int64_t key(std::int64_t level, std::int64_t name) { return level << 32 | name; }

// The option's value as an int, from the arguments or from octets; nothing when too short.
std::optional<std::int64_t> int_value(const Call& call) {
  if (call.data.empty()) return call.args[2];
  if (call.data.size() < sizeof(int)) return std::nullopt;
  int value;
  std::memcpy(&value, call.data.data(), sizeof value);
  return value;
}

int set_linger(SocketOptions& options, const Call& call) {
  if (call.data.size() < sizeof(linger)) return EINVAL;
  linger value;
  std::memcpy(&value, call.data.data(), sizeof value);
  options.linger_seconds = value.l_onoff != 0 ? std::max(value.l_linger, 0) : -1;
  return 0;
}

// errno, 0 when it is set.
int set_socket_option(SocketOptions& o, std::int64_t option, std::int64_t value) {
  switch (option) {
    case key(SOL_SOCKET, SO_REUSEADDR):
      o.reuse_address = value != 0;
      return 0;
    case key(SOL_SOCKET, SO_KEEPALIVE):
      o.keep_alive = value != 0;
      return 0;
    case key(SOL_SOCKET, SO_RCVBUF):
      o.receive_buffer = static_cast<std::uint32_t>(std::clamp(value, kLeastBuffer, kMostBuffer));
      o.receive_fixed = true;
      return 0;
    case key(SOL_SOCKET, SO_SNDBUF):
      o.send_buffer = static_cast<std::uint32_t>(std::clamp(value, kLeastBuffer, kMostBuffer));
      o.send_fixed = true;
      return 0;
    case key(IPPROTO_IP, IP_TOS):
    case key(IPPROTO_IPV6, IPV6_TCLASS):
      // The ECN bits are the transport's own (SHLD-22).
      o.traffic_class = static_cast<std::uint8_t>(value & 0xFC);
      return 0;
    case key(SOL_SOCKET, SO_OOBINLINE):
      return value != 0 ? 0 : EOPNOTSUPP;  // Urgent text stays in the stream (RFC 6093, 6).
    case key(IPPROTO_IP, IP_RECVERR):
    case key(IPPROTO_IPV6, IPV6_RECVERR):
      o.report_errors = value != 0;
      return 0;
    case key(IPPROTO_IP, IP_TTL):
    case key(IPPROTO_IPV6, IPV6_UNICAST_HOPS):
      if (value < 1 || value > 255) return EINVAL;
      o.ttl = static_cast<std::uint8_t>(value);
      return 0;
    default:
      return ENOPROTOOPT;
  }
}

int set_tcp_option(SocketOptions& o, const Config& config, std::int64_t name, std::int64_t value) {
  const auto within = [&](std::int64_t least, std::int64_t most) {
    return value >= least && value <= most;
  };
  switch (name) {
    case TCP_NODELAY:
      o.no_delay = value != 0;
      return 0;
    case TCP_QUICKACK:
      o.quick_ack = value != 0;
      return 0;
    case TCP_MAXSEG:
      if (value != 0 && !within(1, 65'495)) return EINVAL;
      o.max_segment = static_cast<std::uint16_t>(value);
      return 0;
    case TCP_KEEPIDLE:
      if (!within(1, 32'767)) return EINVAL;
      o.keep_alive_idle = seconds{value};
      return 0;
    case TCP_KEEPINTVL:
      if (!within(1, 32'767)) return EINVAL;
      o.keep_alive_interval = seconds{value};
      return 0;
    case TCP_KEEPCNT:
      if (!within(1, 127)) return EINVAL;
      o.keep_alive_count = static_cast<std::uint32_t>(value);
      return 0;
    case TCP_USER_TIMEOUT:
      if (!within(0, std::numeric_limits<std::int32_t>::max())) return EINVAL;
      o.user_timeout = milliseconds{value};
      return 0;
    case TCP_SYNCNT:
      if (!within(1, 127)) return EINVAL;
      o.syn_retries = static_cast<std::int32_t>(value);
      return 0;
    case TCP_LINGER2:
      // 0: the host's own; below: no limit.
      o.fin_wait_2_timeout = value < 0 ? seconds{-1}
                             : value == 0
                                 ? config.fin_wait_2_timeout
                                 : clock::Duration{seconds{std::min<std::int64_t>(value, 1 << 30)}};
      return 0;
    default:
      return ENOPROTOOPT;
  }
}

// What a new value means for a connection that is already there.
void apply_now(Step& step, Connection& c, std::int64_t option) {
  const bool open = c.state == TcpState::Established || c.state == TcpState::CloseWait ||
                    c.state == TcpState::FinWait2;
  switch (option) {
    case key(SOL_SOCKET, SO_KEEPALIVE):
    case key(IPPROTO_TCP, TCP_KEEPIDLE):
    case key(IPPROTO_TCP, TCP_KEEPINTVL):
      if (!c.options.keep_alive) {
        step.host.clear(c, Timer::KeepAlive);
      } else if (open) {
        step.host.set(c, Timer::KeepAlive,
                      std::max(step.now, c.last_heard + c.options.keep_alive_idle));
      }
      break;
    case key(IPPROTO_TCP, TCP_MAXSEG):
      if (c.options.max_segment != 0) {
        c.mss = std::min<std::uint32_t>(c.mss, c.options.max_segment);
      }
      break;
    case key(IPPROTO_TCP, TCP_NODELAY):
      transmit(step, c);
      break;
    case key(IPPROTO_TCP, TCP_USER_TIMEOUT):
      step.host.clear(c, Timer::UserTimeout);
      set_send_timer(step, c, false);
      break;
    case key(IPPROTO_TCP, TCP_QUICKACK):
      if (c.options.quick_ack && c.ack_owed != AckOwed::None) emit_ack(step, c);
      break;
    case key(SOL_SOCKET, SO_RCVBUF):
      c.receive_limit = c.options.receive_buffer;
      update_window(step, c);
      break;
    case key(SOL_SOCKET, SO_SNDBUF):
      c.send_limit = c.options.send_buffer;
      break;
    default:
      break;
  }
}

// errno, 0 when it is set. It does not change what a connection already does.
int set_route(Socket& socket, const Config& config, const Call& call) {
  if (!config.source_routes || socket.version != wire::IpVersion::V4) return ENOPROTOOPT;
  const auto route = route_of_application(call.data);
  if (!route || socket.connection != kNone) return EINVAL;
  socket.options.route = *route;
  return 0;
}

template <class Period>
std::int64_t count(clock::Duration duration) {
  return std::chrono::duration_cast<Period>(duration).count();
}

int take_socket_error(Host& host, Socket& socket) {
  return socket.connection == kNone ? 0 : take_error(host.connections[socket.connection]);
}

bool at_mark(Host& host, const Socket& socket) {
  if (socket.connection == kNone) return false;
  const Connection& c = host.connections[socket.connection];
  return c.urgent_in && c.read_point() + 1 == c.rcv_up;
}

std::optional<std::int64_t> get_value(Step& step, Socket& s, std::int64_t option) {
  const SocketOptions& o = s.options;
  switch (option) {
    case key(SOL_SOCKET, SO_REUSEADDR):
      return o.reuse_address;
    case key(SOL_SOCKET, SO_KEEPALIVE):
      return o.keep_alive;
    case key(SOL_SOCKET, SO_RCVBUF):
      if (s.connection != kNone) return step.host.connections[s.connection].receive_limit;
      return o.receive_buffer;
    case key(SOL_SOCKET, SO_SNDBUF):
      if (s.connection != kNone) return step.host.connections[s.connection].send_limit;
      return o.send_buffer;
    case key(SOL_SOCKET, SO_TYPE):
      return SOCK_STREAM;
    case key(SOL_SOCKET, SO_PROTOCOL):
      return IPPROTO_TCP;
    case key(SOL_SOCKET, SO_DOMAIN):
      return s.version == wire::IpVersion::V4 ? AF_INET : AF_INET6;
    case key(SOL_SOCKET, SO_ACCEPTCONN):
      return s.listening;
    case key(SOL_SOCKET, SO_ERROR):
      return take_socket_error(step.host, s);
    case key(SOL_SOCKET, SO_OOBINLINE):
      return 1;
    case key(IPPROTO_IP, IP_RECVERR):
    case key(IPPROTO_IPV6, IPV6_RECVERR):
      return o.report_errors;
    case key(IPPROTO_IP, IP_TOS):
    case key(IPPROTO_IPV6, IPV6_TCLASS):
      return o.traffic_class;
    case key(IPPROTO_IP, IP_TTL):
    case key(IPPROTO_IPV6, IPV6_UNICAST_HOPS):
      return o.ttl;
    case key(IPPROTO_TCP, TCP_NODELAY):
      return o.no_delay;
    case key(IPPROTO_TCP, TCP_QUICKACK):
      return o.quick_ack;
    case key(IPPROTO_TCP, TCP_MAXSEG):
      if (s.connection != kNone) return step.host.connections[s.connection].mss;
      return o.max_segment != 0 ? o.max_segment : 536;
    case key(IPPROTO_TCP, TCP_KEEPIDLE):
      return count<seconds>(o.keep_alive_idle);
    case key(IPPROTO_TCP, TCP_KEEPINTVL):
      return count<seconds>(o.keep_alive_interval);
    case key(IPPROTO_TCP, TCP_KEEPCNT):
      return o.keep_alive_count;
    case key(IPPROTO_TCP, TCP_USER_TIMEOUT):
      return count<milliseconds>(o.user_timeout);
    case key(IPPROTO_TCP, TCP_SYNCNT):
      return o.syn_retries;
    case key(IPPROTO_TCP, TCP_LINGER2):
      return count<seconds>(o.fin_wait_2_timeout);
    default:
      return std::nullopt;
  }
}

void give(Step& step, const Call& call, event::Span octets) {
  const auto most = static_cast<std::size_t>(std::max<std::int64_t>(call.args[2], 0));
  step.out.reply({.id = call.id, .data = octets.first(std::min(most, octets.size())), .text = {}});
}

}  // namespace

void call_set_option(Step& step, Socket& socket, const Call& call) {
  const auto [level, name, unused] = call.args;
  const std::int64_t option = key(level, name);
  int error = 0;
  if (option == key(SOL_SOCKET, SO_LINGER)) {
    error = set_linger(socket.options, call);
  } else if (option == key(IPPROTO_IP, IP_OPTIONS)) {
    error = set_route(socket, step.host.config, call);
  } else if (const auto value = int_value(call)) {
    error = level == IPPROTO_TCP ? set_tcp_option(socket.options, step.host.config, name, *value)
                                 : set_socket_option(socket.options, option, *value);
  } else {
    error = EINVAL;
  }
  if (error != 0) return fail(step, call, error);
  if (socket.connection != kNone) {
    Connection& c = step.host.connections[socket.connection];
    c.options = socket.options;
    if (c.state != TcpState::Closed) apply_now(step, c, option);
  }
  reply(step, call, 0);
}

void call_get_option(Step& step, Socket& socket, const Call& call) {
  const std::int64_t option = key(call.args[0], call.args[1]);
  if (option == key(SOL_SOCKET, SO_LINGER)) {
    const std::int32_t lasts = socket.options.linger_seconds;
    const linger value{.l_onoff = lasts >= 0, .l_linger = std::max(lasts, 0)};
    return give(step, call, std::as_bytes(std::span{&value, 1}));
  }
  if (option == key(IPPROTO_IP, IP_OPTIONS)) {
    std::array<std::byte, 40> octets{};
    const std::size_t size = write_for_application(socket.options.route, octets);
    return give(step, call, event::Span{octets}.first(size));
  }
  const auto value = get_value(step, socket, option);
  if (!value) return fail(step, call, ENOPROTOOPT);
  const auto octets = static_cast<int>(*value);
  give(step, call, std::as_bytes(std::span{&octets, 1}));
}

void call_control(Step& step, Socket& socket, const Call& call) {
  switch (call.args[0]) {
    case F_GETFL:
      return reply(step, call, O_RDWR | (socket.nonblocking ? O_NONBLOCK : 0));
    case F_SETFL:
      socket.nonblocking = (call.args[1] & O_NONBLOCK) != 0;
      return reply(step, call, 0);
    case SIOCATMARK:  // MUST-33: is the next octet the last urgent one?
      return reply(step, call, at_mark(step.host, socket));
    case F_GETFD:
    case F_SETFD:
      return reply(step, call, 0);
    default:
      return fail(step, call, EINVAL);
  }
}

}  // namespace harness::engine
