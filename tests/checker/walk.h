#pragma once

#include "harness/base/rng.h"
#include "tests/checker/play.h"

namespace harness::checker {

// A play that some TCP of the enumerating judge goes through: a walk from TCB to TCB, of which
// there may be several after each step. It pays its debts, early or late; the peer and the
// application do what makes sense, or nearly so.
Play walk(base::Rng);

// The same with one thing changed: a number, a flag, a time, an octet, an answer; or a step taken
// away or made twice.
Play changed(const Play&, base::Rng);

}  // namespace harness::checker
