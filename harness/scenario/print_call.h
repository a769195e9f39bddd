#pragma once

#include <string>

#include "harness/scenario/ir.h"

namespace harness::scenario {

// "setsockopt(3, SOL_SOCKET, SO_REUSEADDR, [1], 4) = 0". parse_call() reads it back.
std::string print(const CallStep&);

}  // namespace harness::scenario
