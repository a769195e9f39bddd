#pragma once

#include <string>
#include <vector>

#include "harness/event/trace.h"
#include "harness/oracle/finding.h"

namespace reports {

// A run as people draw it: time goes down, the peer stands left and the target right, segments are
// arrows between them, calls and states stand beside the target. Numbers are those of a script:
// from each side's ISN, in a SYN the peer's own. What the link did stands at its arrow, and each
// finding below what it is about. Of a long run the middle is left out, but for what was found.
std::string ladder(const harness::event::Trace&,
                   const std::vector<harness::oracle::Finding>& findings);

}  // namespace reports
