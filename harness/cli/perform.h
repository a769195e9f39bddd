#pragma once

#include <optional>
#include <string>
#include <vector>

#include "harness/campaign/run_scenario.h"
#include "harness/cli/suite.h"
#include "harness/oracle/deviations.h"
#include "harness/target/catalogue/catalogue.h"
#include "reports/result.h"

namespace harness::cli {

// How every scenario of a run is run.
struct Plan {
  target::catalogue::Choice choice;
  campaign::RunOptions options;  // Less the family, which is the job's.
  std::vector<oracle::Deviation> known;
  bool keep_trace = false;  // Results carry the record of their run.
  // Why no scenario can be run here on this target: each is NotApplicable, and this is the reason.
  std::optional<std::string> unavailable{};
};

// One run of one scenario.
struct Job {
  const Entry* entry = nullptr;
  campaign::Family ip = campaign::Family::V4;  // If the scenario does not say.
  std::uint32_t repetition = 0;                // From 0.
};

// A result without findings yet: whose it is.
reports::Result blank_result(const Job&, const Plan&);

// Runs one scenario and says what came of it. A file that cannot be read is a HarnessError, and so
// is whatever a run throws. Nothing when it was interrupted.
std::optional<reports::Result> perform(const Job&, const Plan&);

}  // namespace harness::cli
