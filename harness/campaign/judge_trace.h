#pragma once

#include <string_view>

#include "harness/event/trace.h"
#include "harness/oracle/checker.h"

namespace harness::campaign {

// A fact of the Start record of a run that went on until both sides were quiet, and is judged by
// how it ended too.
inline constexpr std::string_view kUntil = "until", kQuiet = "quiet";

// What every checker says of a run. All they need to know of it is in its Start record, so a trace
// that was stored is judged again alike: with another tool, another compiler, years later.
oracle::Judgement judge_trace(const event::Trace&);

}  // namespace harness::campaign
