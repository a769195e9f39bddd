#include "harness/event/end.h"

#include <algorithm>
#include <array>

#include "harness/base/bytes.h"
#include "harness/base/check.h"

namespace harness::event {

namespace {

constexpr std::array<std::string_view, kEndReasons> kNames = {
    "done", "out-of-time", "out-of-records", "stuck", "interrupted"};

}  // namespace

std::string_view name(EndReason reason) { return kNames[static_cast<std::size_t>(reason)]; }

std::optional<EndReason> end_reason_named(std::string_view text) {
  const auto found = std::ranges::find(kNames, text);
  if (found == kNames.end()) return std::nullopt;
  return static_cast<EndReason>(found - kNames.begin());
}

Body keep(Trace& trace, const End& end) {
  const auto room = trace.reserve(6);
  base::store8(room.bytes.data(), static_cast<std::uint8_t>(end.reason));
  base::store8(room.bytes.data() + 1, end.timer_armed ? 1 : 0);
  base::store32(room.bytes.data() + 2, end.pending_calls);
  return room.body;
}

std::uint32_t append(Trace& trace, clock::Instant at, const End& end) {
  return trace.append({.at = at, .body = keep(trace, end), .kind = Kind::End});
}

End end_of(const Trace& trace, const Record& record) {
  CHECK(record.kind == Kind::End && record.body.length == 6);
  const auto octets = trace.body(record);
  return {.reason = static_cast<EndReason>(base::load8(octets.data())),
          .timer_armed = base::load8(octets.data() + 1) != 0,
          .pending_calls = base::load32(octets.data() + 2)};
}

}  // namespace harness::event
