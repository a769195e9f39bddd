#pragma once

#include <optional>

#include "harness/base/rng.h"
#include "harness/campaign/draft.h"

namespace harness::campaign {

// A segment that no well-behaved peer would send just now, drawn around what matters on this
// strand: the edges of both windows, what was sent and acknowledged last, half a ring away.
// `sent` says whether the peer from now on stands by what it has sent.
Draft draw_spice(base::Rng&, const Strand&, bool& sent);

}  // namespace harness::campaign
