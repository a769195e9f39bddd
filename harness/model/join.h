#pragma once

#include "harness/model/hypothesis.h"

namespace harness::model {

// Makes of `into` a reading that allows whatever it or `other` allows: what they differ in becomes
// an interval, what only one of them owes is owed no more. False, and nothing is changed, where
// they differ in what cannot be left open.
bool join(Hypothesis& into, const Hypothesis& other);

}  // namespace harness::model
