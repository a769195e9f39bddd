#include "reports/call_text.h"

#include <fmt/format.h>

#include <cerrno>
#include <string_view>
#include <utility>

#include "harness/event/status.h"
#include "harness/scenario/names.h"
#include "reports/wrap.h"

namespace reports {

using harness::event::Call;
using harness::event::Op;
using harness::event::Reply;
using harness::scenario::constant_name;

namespace {

constexpr std::int64_t kSocketLevel = 1, kIpLevel = 0, kTcpLevel = 6, kIpv6Level = 41;

std::string named(std::string_view prefix, std::int64_t value) {
  const auto name = constant_name(prefix, value);
  return name.empty() ? std::to_string(value) : std::string{name};
}

// "POLLIN|POLLOUT"; what has no name stays a number.
std::string bits(std::string_view prefix, std::int64_t value) {
  std::string text;
  for (std::int64_t bit = 1; bit != 0 && bit <= value; bit <<= 1) {
    if ((value & bit) == 0) continue;
    const auto name = constant_name(prefix, bit);
    if (name.empty()) return fmt::format("{:#x}", value);
    if (!text.empty()) text += '|';
    text += name;
  }
  return text.empty() ? "0" : text;
}

std::string option(std::int64_t level, std::int64_t number) {
  for (const auto& [of, prefix] : {std::pair{kSocketLevel, std::string_view{"SO_"}},
                                   {kTcpLevel, "TCP_"},
                                   {kIpLevel, "IP_"},
                                   {kIpv6Level, "IPV6_"}}) {
    const auto name = level == of ? constant_name(prefix, number) : "";
    if (!name.empty()) return std::string{name};
  }
  return fmt::format("{}, {}", level, number);
}

// The address is always that of the host on its side.
std::string port(harness::event::Span data) {
  const auto endpoint = harness::event::decode_endpoint(data);
  return endpoint ? fmt::format(":{}", endpoint->port) : "?";
}

// F_SETFL ignores the access mode, which scripts write all the same.
std::string control(const Call& call) {
  constexpr std::int64_t kSetFlags = 4, kAccessMode = 3;
  const auto flags = call.args[0] == kSetFlags ? call.args[1] & ~kAccessMode : call.args[1];
  return fmt::format("fcntl({}, {}, {})", call.fd, named("F_", call.args[0]), bits("O_", flags));
}

std::string state_call(const Call& call) {
  if (call.fd >= 0) return fmt::format("state({})", call.fd);
  return "state";
}

}  // namespace

std::string print(const Call& call) {
  const auto& args = call.args;
  switch (call.op) {
    case Op::Socket:
      return "socket()";
    case Op::Bind:
    case Op::Connect:
      return fmt::format("{}({}, {})", harness::event::name(call.op), call.fd, port(call.data));
    case Op::Listen:
      return fmt::format("listen({}, {})", call.fd, args[0]);
    case Op::Send:
      return fmt::format("send({}, {} octets)", call.fd, call.data.size());
    case Op::Receive:
      return fmt::format("recv({}, {})", call.fd, args[1]);
    case Op::Shutdown:
      return fmt::format("shutdown({}, {})", call.fd, named("SHUT_", args[0]));
    case Op::SetOption:
      return fmt::format(
          "setsockopt({}, {}, {})", call.fd, option(args[0], args[1]),
          call.data.empty() ? std::to_string(args[2]) : fmt::format("{} octets", call.data.size()));
    case Op::GetOption:
      return fmt::format("getsockopt({}, {})", call.fd, option(args[0], args[1]));
    case Op::Control:
      return control(call);
    case Op::Poll:
      return fmt::format("poll({}, {})", call.fd, bits("POLL", args[0]));
    case Op::Status:
      return state_call(call);
    case Op::World:
      return fmt::format("sysctl {}", plain(call.text));
    case Op::Foreign:
      return plain(call.text);
    case Op::Accept:
    case Op::Close:
    case Op::Abort:
      break;
  }
  return fmt::format("{}({})", harness::event::name(call.op), call.fd);
}

std::string print_result(const Call& call, const Reply& reply) {
  if (call.op == Op::Status) {
    if (reply.error == ENOENT) return "CLOSED";
    const auto status = harness::event::decode_status(reply.data);
    const auto state = status ? status->state() : std::nullopt;
    if (reply.error == 0 && state) return std::string{harness::event::name(*state)};
  }
  std::string text = std::to_string(reply.result);
  if (reply.error != 0) {
    const auto error = harness::scenario::error_name(reply.error);
    text += ' ';
    text += error.empty() ? std::to_string(reply.error) : std::string{error};
  }
  if (call.op == Op::Poll && reply.flags != 0) text += ' ' + bits("POLL", reply.flags);
  return text;
}

std::string print(const Call& call, const Reply& reply) {
  const auto between = call.op == Op::Status ? " " : " = ";
  return print(call) + between + print_result(call, reply);
}

}  // namespace reports
