#pragma once

#include <string>
#include <vector>

#include "harness/event/trace.h"
#include "harness/oracle/finding.h"

namespace reports {

// A run as people draw it: time goes down, the peer stands left and the target right, segments are
// arrows between them, calls stand beside the target, and beside each segment at its edge, in
// brackets, the state which the model of the RFCs believes it to be in then. Numbers are those of a
// script: from each side's ISN, in a SYN the peer's own. What the link did stands at its arrow, and
// each finding below what it is about, and what it follows from. Of a long run the middle is left
// out, but for what was found.
std::string ladder(const harness::event::Trace&,
                   const std::vector<harness::oracle::Finding>& findings);

}  // namespace reports
