#pragma once

#include "harness/base/rng.h"
#include "harness/campaign/strand.h"
#include "harness/event/trace.h"
#include "harness/target/target.h"

namespace harness::campaign {

// What a router, or who would like to be one, tells of a strand: errors of every kind, about what
// is on its way and about what is not. Puts it into the trace's store.
event::Body draw_icmp(base::Rng&, const Strand&, const target::Host&, event::Trace&);

}  // namespace harness::campaign
