#include "harness/scenario/sockets.h"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <cerrno>
#include <set>

namespace harness::scenario {
namespace {

bool makes_a_socket(const CallStep& call) {
  return call.op == event::Op::Socket || call.op == event::Op::Accept;
}

// The socket that a step asks something of.
std::optional<std::int32_t> asked(const Step& step) {
  if (const auto* call = std::get_if<CallStep>(&step.what)) {
    const bool none = call->op == event::Op::Socket || call->error == EBADF;
    return none ? std::nullopt : std::optional{call->fd};
  }
  const auto* state = std::get_if<StateStep>(&step.what);
  return state != nullptr ? state->fd : std::nullopt;
}

Diagnostic unknown(const Step& step, std::int32_t fd, const std::set<std::int32_t>& known) {
  Diagnostic diagnostic{.place = step.place, .message = {}, .source_line = step.text};
  diagnostic.message = fmt::format(
      "no socket is called {}; {}", fd,
      known.empty() ? "none has been made" : fmt::format("there is {}", fmt::join(known, " and ")));
  return diagnostic;
}

}  // namespace

std::optional<Diagnostic> unknown_socket(const Scenario& scenario) {
  std::set<std::int32_t> known;
  for (const Step& step : scenario.steps) {
    const auto fd = asked(step);
    if (fd && *fd >= 0 && !known.contains(*fd)) return unknown(step, *fd, known);
    const auto* call = std::get_if<CallStep>(&step.what);
    if (call == nullptr || !makes_a_socket(*call) || !call->result) continue;
    known.insert(static_cast<std::int32_t>(*call->result));  // What is negative, nobody asks.
  }
  return std::nullopt;
}

}  // namespace harness::scenario
