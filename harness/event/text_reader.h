#pragma once

#include <optional>
#include <string>
#include <string_view>

#include "harness/event/trace.h"

namespace harness::event {

// Appends what one line of the text form says (text.h), which is the record next in `into`.
// Returns what is wrong with it; nothing when all is well.
std::optional<std::string> read_record(std::string_view line, Trace& into);

}  // namespace harness::event
