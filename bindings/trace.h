#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "bindings/segment.h"
#include "harness/event/trace.h"

namespace bindings {

// One record of a run, for people and programs that look through it.
struct TraceRecord {
  std::uint32_t index = 0;
  double time = 0;        // Seconds.
  std::string kind;       // "packet", "peer-packet", "call", "reply" ...
  std::string direction;  // "<" to the target, ">" from it; of a packet.
  std::string text;       // What it says.
  std::optional<std::uint32_t> cause;
  std::optional<Segment> segment;
};

std::vector<TraceRecord> records_of(const harness::event::Trace&);
// From its text form. Throws ScriptError: "trace:line: sentence".
std::vector<TraceRecord> records_of_text(const std::string& text);

}  // namespace bindings
