#include "harness/event/decision.h"

#include <algorithm>
#include <array>
#include <cstring>
#include <span>

#include "harness/base/check.h"

namespace harness::event {
namespace {

constexpr std::array<std::string_view, kActions> kNames = {
    "drop", "delay", "hold", "duplicate", "corrupt", "truncate", "repair", "too-big"};

}  // namespace

std::string_view name(Action action) { return kNames[static_cast<std::size_t>(action)]; }

std::optional<Action> action_named(std::string_view text) {
  const auto found = std::ranges::find(kNames, text);
  if (found == kNames.end()) return std::nullopt;
  return static_cast<Action>(found - kNames.begin());
}

Body keep(Trace& trace, const Decision& decision) {
  return trace.keep(std::as_bytes(std::span{&decision, 1}));
}

std::uint32_t append(Trace& trace, clock::Instant at, const Packet& packet,
                     const Decision& decision) {
  return trace.append({.at = at,
                       .body = keep(trace, decision),
                       .cause = packet.id,
                       .id = packet.id,
                       .kind = Kind::Decision,
                       .direction = packet.direction});
}

Decision decision(const Trace& trace, const Record& record) {
  CHECK(record.kind == Kind::Decision && record.body.length == sizeof(Decision));
  Decision decision;
  std::memcpy(&decision, trace.body(record).data(), sizeof decision);
  return decision;
}

}  // namespace harness::event
