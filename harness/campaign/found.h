#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>

#include "harness/campaign/run_scenario.h"
#include "harness/campaign/shrink.h"
#include "harness/event/trace.h"
#include "harness/oracle/finding.h"
#include "harness/scenario/ir.h"
#include "harness/target/target.h"

namespace harness::campaign {

// How much two failures have in common: checker and requirements; or all but their numbers.
enum class Likeness : std::uint8_t { Requirement, Shape };

// What makes this script fail on this target as `like` does. Nothing when it does not.
std::optional<oracle::Finding> failure_like(const oracle::Finding& like, const scenario::Scenario&,
                                            const target::Factory&, const RunOptions&,
                                            Likeness = Likeness::Shape);

// A failure as a scenario that fails in the same way on the same target.
struct Found {
  std::string name;               // What went wrong, as a file name.
  std::string pkt{};              // The file.
  oracle::Finding finding{};      // What is wrong with it.
  scenario::Scenario scenario{};  // As it is read from the file.
  std::size_t packets = 0;        // In it, sent and expected.
  std::size_t tries = 0;          // So many runs it took to make it small.
  bool minimal = false;
};

// Of a run that failed, as small as it gets within the limits. Where no script fails in the same
// words, one that breaks the same requirement does. Nothing when the run cannot be told in a
// script, or the script breaks something else.
std::optional<Found> found_in(const event::Trace&, const oracle::Finding&, const target::Factory&,
                              const RunOptions&, const ShrinkLimits&);

// The same of a scenario, with what it expects and its faults: a failure of its own expectations is
// not to be told without them. Where `right` is given, a target without what is wrong, what is left
// of the script must not fail there. Where it is not, a step might go that an expectation follows
// from: of a failure of those only what stands behind it goes.
std::optional<Found> found_from(const scenario::Scenario&, const oracle::Finding&,
                                const target::Factory&, const target::Factory* right,
                                const RunOptions&, const ShrinkLimits&);

// "must-40_an_acknowledgment"
std::string name_of(const oracle::Finding&);

}  // namespace harness::campaign
