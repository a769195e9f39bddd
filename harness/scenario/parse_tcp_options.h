#pragma once

#include <vector>

#include "harness/scenario/cursor.h"
#include "harness/scenario/ir.h"

namespace harness::scenario {

// <OPTION, ...> of a packet, behind its `<` and up to and with its `>`. At most 40 octets, and a
// multiple of four unless `raw` says that this is meant.
std::vector<OptionPart> parse_tcp_options(Cursor&);

// Octets on the wire.
std::size_t size_of(const OptionPart&);

}  // namespace harness::scenario
