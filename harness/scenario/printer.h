#pragma once

#include <string>

#include "harness/scenario/ir.h"

namespace harness::scenario {

// The scenario as a script: parse_pkt() reads it back to the same, places and wording apart.
// Files it used are written out.
std::string to_pkt(const Scenario&);

}  // namespace harness::scenario
