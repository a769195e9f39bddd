#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string_view>

#include "harness/event/trace.h"

namespace harness::event {

enum class EndReason : std::uint8_t {
  Done,          // The peer had nothing more to do, and the settle time is over.
  OutOfTime,     // The scenario's limit passed first.
  OutOfRecords,  // More records than a run may have: livelock.
  Stuck,         // Time stood still while everybody wanted attention: livelock.
  Interrupted,   // The user asked.
};
inline constexpr std::size_t kEndReasons = 5;
std::string_view name(EndReason);  // "done" ...
std::optional<EndReason> end_reason_named(std::string_view);

struct End {
  EndReason reason{};
  bool timer_armed = false;         // The target wants attention later on. Only virtual time knows.
  std::uint32_t pending_calls = 0;  // Calls without a reply.

  friend bool operator==(const End&, const End&) = default;
};

Body keep(Trace&, const End&);
std::uint32_t append(Trace&, clock::Instant at, const End&);
End end_of(const Trace&, const Record&);  // Pre: of kind End.

}  // namespace harness::event
