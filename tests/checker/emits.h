#pragma once

#include "tests/checker/tcb.h"

namespace harness::checker {

// A segment leaves. What this TCP is if it was it who sent it; or what that breaks.
Next emits(const Tcb&, const Facts&, const Step&, std::size_t step);

}  // namespace harness::checker
