#pragma once

#include <string_view>

#include "harness/scenario/cursor.h"
#include "harness/scenario/ir.h"

namespace harness::scenario {

// The comment a file begins with, without its slashes or stars.
std::string prose_of(std::string_view text);

// Whether a line `NAME: ...` begins here.
bool at_header(const Cursor&);

// The header of a scenario: lines `rules: ...`, `faults: ...` in any order, each once at most.
void parse_header(Scenario&, Cursor&);

}  // namespace harness::scenario
