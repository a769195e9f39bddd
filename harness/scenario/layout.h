#pragma once

#include <string>
#include <string_view>

#include "harness/scenario/ir.h"

namespace harness::scenario {

// The text of a script as it is usually laid out: each step on a line of its own, one blank between
// words where there were any, `, ` between the ids of a header line, one empty line at most, no
// blanks at the ends of lines, a line end at the end. Comments stay as they are written, and where.
// Twice is the same as once.
//
// `text` is what `scenario` was read from: its places say where steps begin.
std::string lay_out(std::string_view text, const Scenario& scenario);

}  // namespace harness::scenario
