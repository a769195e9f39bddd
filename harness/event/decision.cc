#include "harness/event/decision.h"

#include <array>
#include <cstring>

#include "harness/base/check.h"

namespace harness::event {

std::string_view name(Action action) {
  constexpr std::array<std::string_view, 5> kNames = {"drop", "delay", "hold", "duplicate",
                                                      "corrupt"};
  return kNames[static_cast<std::size_t>(action)];
}

std::uint32_t append(Trace& trace, clock::Instant at, const Packet& packet,
                     const Decision& decision) {
  const auto room = trace.reserve(sizeof decision);
  std::memcpy(room.bytes.data(), &decision, sizeof decision);
  return trace.append({.at = at,
                       .body = room.body,
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
