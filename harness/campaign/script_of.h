#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "harness/event/trace.h"
#include "harness/scenario/ir.h"
#include "harness/wire/ip_address.h"

namespace harness::campaign {

// What a script shall keep of a run.
struct Excerpt {
  std::optional<wire::FourTuple> only{};   // This connection alone; else all.
  std::uint32_t state = event::kNoRecord;  // The reply to a Status call that is to be a step.
};

// The run as a script that does the same again: what reached the target, and what its application
// called, at their times. Nothing is expected in it. Faults of the link are not needed: what they
// did is in what reached the target. Calls that sleep become calls that do not.
//
// Nothing when there is nothing to be played. Times are cut to microseconds, so whether it does the
// same has to be tried.
std::optional<scenario::Scenario> script_of(const event::Trace&, const Excerpt&);

}  // namespace harness::campaign
