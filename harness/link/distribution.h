#pragma once

#include <cstdint>

#include "harness/base/rng.h"
#include "harness/link/fault.h"

namespace harness::link {

// A draw from a delay, never below 0. Integers only: the same with every compiler.
//
// Normal and Pareto (of shape 3) are drawn from tables of 1024 quantiles and straight lines between
// them, which end at the quantiles of 1/8192 and 1 - 1/8192: 3.7 deviations for normal, 21.5 for
// Pareto, whose shortest is 0.6 below the middle. ParetoNormal is a quarter of the one and three
// quarters of the other, drawn apart.
clock::Duration draw(const Delay&, base::Rng&);

}  // namespace harness::link
