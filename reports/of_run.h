#pragma once

#include <cstdint>
#include <string>

#include "harness/campaign/run_scenario.h"
#include "harness/event/trace.h"
#include "harness/oracle/checker.h"
#include "harness/scenario/ir.h"
#include "reports/result.h"

namespace reports {

// What is known of a run before it: whose it is, and how it is to be run. It has no verdict yet.
Result blank_result(const harness::scenario::Scenario&, std::string target,
                    const harness::campaign::RunOptions&);
// The same of a run that is over, from what its record begins with. What that does not tell, as
// the title, is empty; the repetition is the first.
Result blank_result(const harness::event::Trace&);

// What came of it.
void put(Result&, harness::campaign::Outcome);
void put(Result&, harness::oracle::Judgement);
// What its record shows: how much was sent and how long that took; and, once the result has its
// last findings, the ladder of one that did not pass. An empty record shows nothing.
void put(Result&, const harness::event::Trace&);

// Those that were sent from either side, whether they arrived or not.
std::uint32_t sent_segments(const harness::event::Trace&);

}  // namespace reports
