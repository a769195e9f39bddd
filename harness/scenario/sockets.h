#pragma once

#include <optional>

#include "harness/scenario/diagnostic.h"
#include "harness/scenario/ir.h"

namespace harness::scenario {

// The first step that asks something of a socket that none before it has made; none where EBADF is
// just what it expects. A script's socket is called what its socket() or accept() returns.
std::optional<Diagnostic> unknown_socket(const Scenario&);

}  // namespace harness::scenario
