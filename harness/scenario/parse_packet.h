#pragma once

#include "harness/scenario/cursor.h"
#include "harness/scenario/ir.h"

namespace harness::scenario {

// A packet, at its `<` or `>`.
PacketStep parse_packet(Cursor&);

}  // namespace harness::scenario
