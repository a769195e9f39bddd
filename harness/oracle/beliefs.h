#pragma once

#include <string>
#include <vector>

#include "harness/event/trace.h"

namespace harness::oracle {

// By record: behind a segment at the target's edge, the state the model of the RFCs believes its
// connection to be in: "ESTABLISHED", "FIN-WAIT-1 or FIN-WAIT-2" where it may be either, "no
// connection". Empty behind all else, where nothing is certain, and from a violation on.
std::vector<std::string> beliefs(const event::Trace&);

}  // namespace harness::oracle
