#pragma once

#include <span>

#include "harness/oracle/checker.h"
#include "harness/target/target.h"

namespace harness::campaign {

// A target that doubts its own record of the run (its clock was set, it could not take a datagram)
// makes the judgement Inconclusive: nothing that was found is the fault of the stack for certain.
void add_doubt(target::Target&, oracle::Judgement&);
// Whether that was so.
bool doubted(std::span<const oracle::Finding>);

}  // namespace harness::campaign
