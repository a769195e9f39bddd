#include "harness/scenario/print_call.h"

#include <fmt/format.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <sys/socket.h>

#include <cstring>

#include "harness/scenario/names.h"

namespace harness::scenario {
namespace {

using event::Op;

std::string symbol(std::string_view prefix, std::int64_t value) {
  const auto name = constant_name(prefix, value);
  return name.empty() ? fmt::format("{}", value) : std::string(name);
}

// Names joined by `|`, one for each bit; as a number when a bit has none.
std::string bits(std::string_view prefix, std::int64_t value) {
  if (const auto name = constant_name(prefix, value); !name.empty()) return std::string(name);
  std::string text;
  for (std::int64_t bit = 1; bit <= value; bit <<= 1) {
    if ((value & bit) == 0) continue;
    const auto name = constant_name(prefix, bit);
    if (name.empty()) return fmt::format("{}", value);
    text += text.empty() ? std::string(name) : "|" + std::string(name);
  }
  return text.empty() ? fmt::format("{}", value) : text;
}

std::string_view option_prefix(std::int64_t level) {
  switch (level) {
    case SOL_SOCKET:
      return "SO_";
    case SOL_TCP:
      return "TCP_";
    case SOL_IP:
      return "IP_";
    case SOL_IPV6:
      return "IPV6_";
    default:
      return "?";
  }
}

std::int32_t int_at(const base::Bytes& octets, std::size_t at) {
  std::int32_t value = 0;
  std::memcpy(&value, octets.data() + at, sizeof value);
  return value;
}

std::string value_of(const CallStep& call, const base::Bytes& octets) {
  if (call.args[0] == SOL_SOCKET && call.args[1] == SO_LINGER && octets.size() == 8) {
    return fmt::format("{{onoff={}, linger={}}}", int_at(octets, 0), int_at(octets, 4));
  }
  std::string text = "\"";
  for (const std::byte octet : octets) {
    const char c = static_cast<char>(octet);
    const bool plain = c >= ' ' && c <= '~' && c != '"' && c != '\\';
    text += plain ? std::string(1, c) : fmt::format("\\x{:02x}", std::to_integer<unsigned>(octet));
  }
  return text + '"';
}

std::string option_of(const CallStep& call) {
  return fmt::format("{}, {}, {}", call.fd, symbol("SOL_", call.args[0]),
                     symbol(option_prefix(call.args[0]), call.args[1]));
}

std::string set_option(const CallStep& call) {
  return call.data.empty() ? fmt::format("setsockopt({}, [{}], 4)", option_of(call), call.args[2])
                           : fmt::format("setsockopt({}, {}, {})", option_of(call),
                                         value_of(call, call.data), call.data.size());
}

std::string get_option(const CallStep& call) {
  const bool number = call.value && call.value->size() == 4 && call.args[2] == 4;
  const auto value = !call.value ? std::string("...")
                     : number    ? fmt::format("[{}]", int_at(*call.value, 0))
                                 : value_of(call, *call.value);
  return fmt::format("getsockopt({}, {}, [{}])", option_of(call), value, call.args[2]);
}

std::string socket(const CallStep& call) {
  const auto domain = call.args[0] == AF_UNSPEC ? "..." : symbol("AF_", call.args[0]);
  return fmt::format("socket({}, {}, {})", domain, bits("SOCK_", call.args[1]),
                     symbol("IPPROTO_", call.args[2]));
}

std::string control(const CallStep& call) {
  const auto command = symbol("F_", call.args[0]);
  if (call.args[1] == 0) return fmt::format("fcntl({}, {})", call.fd, command);
  return fmt::format("fcntl({}, {}, {})", call.fd, command, bits("O_", call.args[1]));
}

std::string poll(const CallStep& call) {
  const auto got = call.flags ? ", revents=" + bits("POLL", *call.flags) : "";
  return fmt::format("poll([{{fd={}, events={}{}}}], 1, {})", call.fd, bits("POLL", call.args[0]),
                     got, call.args[1]);
}

std::string arguments(const CallStep& call) {
  switch (call.op) {
    case Op::Socket:
      return socket(call);
    case Op::Bind:
    case Op::Connect:
    case Op::Accept:
      return fmt::format("{}({}, ..., ...)", event::name(call.op), call.fd);
    case Op::Listen:
      return fmt::format("listen({}, {})", call.fd, call.args[0]);
    case Op::Receive:
      return call.args[0] == 0 ? fmt::format("read({}, ..., {})", call.fd, call.args[1])
                               : fmt::format("recv({}, ..., {}, {})", call.fd, call.args[1],
                                             bits("MSG_", call.args[0]));
    case Op::Send:
      return call.args[0] == 0 ? fmt::format("write({}, ..., {})", call.fd, call.octets)
                               : fmt::format("send({}, ..., {}, {})", call.fd, call.octets,
                                             bits("MSG_", call.args[0]));
    case Op::Shutdown:
      return fmt::format("shutdown({}, {})", call.fd, symbol("SHUT_", call.args[0]));
    case Op::SetOption:
      return set_option(call);
    case Op::GetOption:
      return get_option(call);
    case Op::Control:
      return control(call);
    case Op::Poll:
      return poll(call);
    default:
      return fmt::format("{}({})", event::name(call.op), call.fd);
  }
}

}  // namespace

std::string print(const CallStep& call) {
  auto text = arguments(call) + " = ";
  text += call.result ? fmt::format("{}", *call.result) : "...";
  if (call.error) text += " " + std::string(error_name(*call.error));
  return text;
}

}  // namespace harness::scenario
