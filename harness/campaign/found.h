#pragma once

#include <cstdint>
#include <optional>
#include <string>

#include "harness/campaign/run_scenario.h"
#include "harness/event/trace.h"
#include "harness/oracle/finding.h"
#include "harness/scenario/ir.h"
#include "harness/target/target.h"

namespace harness::campaign {

// Whether this script fails on this target by this checker, for this requirement.
bool fails_by(const scenario::Scenario&, const target::Factory&, const RunOptions&,
              const oracle::Finding& like);

// A failure as a scenario that fails in the same way on the same target: read back from its own
// text, so that its places are those of the file to be. Nothing when the run cannot be told in a
// script, or the script does not fail so.
struct Found {
  std::string name;  // What went wrong, as a file name.
  std::string pkt;   // The file.
  scenario::Scenario scenario;
};
std::optional<Found> found_in(const event::Trace&, const oracle::Finding&, const target::Factory&,
                              const RunOptions&);

// "must-40_an_acknowledgment"
std::string name_of(const oracle::Finding&);

// The text of a scenario of this name with a header that says what is wrong.
std::optional<Found> as_file(scenario::Scenario, const oracle::Finding&);

}  // namespace harness::campaign
