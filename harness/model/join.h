#pragma once

#include "harness/model/hypothesis.h"

namespace harness::model {

// Makes of `into` a reading that allows whatever it or `other` allows: what they differ in becomes
// an interval, what only one of them owes is owed no more. False, and nothing is changed, where
// they differ in what cannot be left open. `at_any_price`: of connections that are over, not even
// how they ended is told apart any more.
bool join(Hypothesis& into, const Hypothesis& other, bool at_any_price = false);

}  // namespace harness::model
