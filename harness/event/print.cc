#include "harness/event/print.h"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <cstring>

#include "harness/clock/print.h"
#include "harness/event/status.h"

namespace harness::event {
namespace {

constexpr std::array<std::string_view, kKinds> kKindNames = {
    "call", "reply", "packet", "peer-packet", "decision", "expectation", "note", "end", "start"};
constexpr std::array<std::string_view, kExpecteds> kExpectedNames = {
    "packet", "reply", "state", "silence", "on-time", "nothing"};

template <class Enum, std::size_t N>
std::optional<Enum> find(const std::array<std::string_view, N>& names, std::string_view text) {
  const auto found = std::ranges::find(names, text);
  if (found == names.end()) return std::nullopt;
  return static_cast<Enum>(found - names.begin());
}

std::string arguments(const Call& call) {
  const auto& [a, b, c] = call.args;
  const std::string flags = a == 0 ? "" : fmt::format(", flags {:#x}", a);
  switch (call.op) {
    case Op::Socket:
      return fmt::format("{}, {}, {}", a, b, c);
    case Op::Bind:
    case Op::Connect: {
      const auto endpoint = decode_endpoint(call.data);
      return fmt::format("{}, {}", call.fd, endpoint ? endpoint->print() : "?");
    }
    case Op::Send:
      return fmt::format("{}, {} octets{}", call.fd, call.data.size(), flags);
    case Op::Receive:
      return fmt::format("{}, {}{}", call.fd, b, flags);
    case Op::Listen:
    case Op::Shutdown:
    case Op::Poll:
      return fmt::format("{}, {}", call.fd, a);
    case Op::SetOption:
      return call.data.empty()
                 ? fmt::format("{}, {}, {}, {}", call.fd, a, b, c)
                 : fmt::format("{}, {}, {}, {} octets", call.fd, a, b, call.data.size());
    case Op::GetOption:
      return fmt::format("{}, {}, {}", call.fd, a, b);
    case Op::Control:
      return fmt::format("{}, {}, {}", call.fd, a, b);
    case Op::Status: {
      const auto tuple = decode_four_tuple(call.data);
      if (call.fd >= 0 || !tuple) break;
      return fmt::format("{} {}", tuple->local.print(), tuple->remote.print());
    }
    case Op::Foreign:
    case Op::World:
      return std::string(call.text);
    case Op::Accept:
    case Op::Close:
    case Op::Abort:
      break;
  }
  return std::to_string(call.fd);
}

}  // namespace

std::string_view name(Kind kind) { return kKindNames[static_cast<std::size_t>(kind)]; }
std::optional<Kind> kind_named(std::string_view text) { return find<Kind>(kKindNames, text); }

std::string_view name(Expected what) { return kExpectedNames[static_cast<std::size_t>(what)]; }
std::optional<Expected> expected_named(std::string_view text) {
  return find<Expected>(kExpectedNames, text);
}

std::string error_name(std::int32_t error) {
  if (error == 0) return "";
  const char* const named = strerrorname_np(error);
  return named != nullptr ? named : fmt::format("errno {}", error);
}

std::string print(const Call& call) {
  return fmt::format("{}({})", name(call.op), arguments(call));
}

std::string print(const Reply& reply) {
  if (reply.error != 0) return fmt::format("{} {}", reply.result, error_name(reply.error));
  if (const auto status = decode_status(reply.data); status && status->state()) {
    return std::string(name(*status->state()));
  }
  if (const auto tuple = decode_four_tuple(reply.data)) {
    return fmt::format("{} ({} {})", reply.result, tuple->local.print(), tuple->remote.print());
  }
  if (reply.flags != 0) return fmt::format("{} (flags {:#x})", reply.result, reply.flags);
  return std::to_string(reply.result);
}

std::string print(const Decision& decision) {
  const auto fault = fmt::format("(fault {})", decision.fault);
  switch (decision.action) {
    case Action::Drop:
      return "dropped " + fault;
    case Action::Delay:
      return fmt::format("delayed by {} {}", clock::human(decision.delay), fault);
    case Action::Hold:
      return fmt::format("held back behind {}, for {} at most {}", decision.behind,
                         clock::human(decision.delay), fault);
    case Action::Duplicate:
      return fmt::format("duplicated as #{} {}", decision.other, fault);
    case Action::Corrupt:
      return fmt::format("bit {} flipped {}", decision.other, fault);
    case Action::Truncate:
      return fmt::format("cut off behind {} octets {}", decision.other, fault);
    case Action::Repair:
      return "length and checksums made right " + fault;
    case Action::TooBig:
      return fmt::format("too big, its sender is told by #{} {}", decision.other, fault);
  }
  return fault;
}

}  // namespace harness::event
