#pragma once

#include "harness/base/rng.h"
#include "harness/campaign/swarm_plan.h"
#include "harness/link/fault.h"

namespace harness::campaign {

// One of all faults that link/ knows: every action, every pattern of choosing, and every way to
// aim, so that it strikes something in a conversation of some tens of segments now and then. On a
// real clock its times are short.
link::Fault draw_any_fault(base::Rng&, const SwarmTaste&);

}  // namespace harness::campaign
