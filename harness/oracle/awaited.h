#pragma once

#include <string>

#include "harness/event/trace.h"

namespace harness::oracle {

// What the model of the RFCs still waits for when the trace ends, the first that is due: "until
// 64.110 s for its FIN again, and the run ended at 3.634 s". Empty when nothing is owed.
std::string awaited(const event::Trace&);

}  // namespace harness::oracle
