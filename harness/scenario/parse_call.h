#pragma once

#include "harness/scenario/cursor.h"
#include "harness/scenario/ir.h"

namespace harness::scenario {

// NAME(ARGUMENTS) = RESULT [ERRNO] [(note)], at its name. Symbols are resolved, and the number and
// kinds of the arguments checked. What the scenario leaves to its options or to the run is left
// open: addresses, and the domain of `socket(..., `, which is AF_UNSPEC.
CallStep parse_call(Cursor&);

}  // namespace harness::scenario
