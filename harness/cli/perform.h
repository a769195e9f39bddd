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
  campaign::RunOptions options;
  std::vector<oracle::Deviation> known;
  bool keep_trace = false;  // Results carry the record of their run.
};

// A result without findings yet: whose it is.
reports::Result blank_result(const Entry&, std::uint32_t repetition, const Plan&);

// Runs one scenario and says what came of it. A file that cannot be read is a HarnessError, and so
// is whatever a run throws. Nothing when it was interrupted.
std::optional<reports::Result> perform(const Entry&, std::uint32_t repetition, const Plan&);

}  // namespace harness::cli
