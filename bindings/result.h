#pragma once

#include <string>

#include "bindings/session.h"
#include "reports/result.h"

namespace bindings {

// Whose result it is; without a verdict yet.
reports::Result blank_result(const harness::scenario::Scenario&, const Setting&,
                             std::string version);

// The result with its ladder, its record and what follows from that: JSON on one line.
std::string whole(reports::Result, const harness::event::Trace&);

}  // namespace bindings
