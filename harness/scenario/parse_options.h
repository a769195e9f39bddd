#pragma once

#include "harness/scenario/cursor.h"
#include "harness/scenario/ir.h"

namespace harness::scenario {

// Packetdrill's options at the head of a script: --NAME or --NAME=VALUE, as many as there are.
// What cannot matter here is skipped; what would is an error until it is supported.
void parse_options(Options&, Cursor&);

}  // namespace harness::scenario
