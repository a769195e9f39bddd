#pragma once

#include <string>
#include <vector>

#include "harness/event/trace.h"
#include "harness/link/link.h"
#include "harness/oracle/checker.h"
#include "harness/scenario/ir.h"

namespace harness::campaign {

// What a run says about its scenario, not about the target: a fault that never struck, nothing
// expected, segments that no line accounts for where others have one, and a requirement that it
// names and the model never saw at stake. Each is a sentence.
std::vector<std::string> remarks(const scenario::Scenario&, const link::Link&, const event::Trace&,
                                 const oracle::Judgement&);

// The first of these alone.
std::vector<std::string> never_struck(const link::Link&);

}  // namespace harness::campaign
