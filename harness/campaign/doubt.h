#pragma once

#include <optional>
#include <span>
#include <string>
#include <vector>

#include "harness/oracle/checker.h"
#include "harness/oracle/finding.h"

namespace harness::campaign {

// A target that doubts its own record of the run (its clock was set, it could not take a datagram)
// makes each failure Inconclusive: nothing that was found is the fault of the stack for certain.
// What we could not judge stays a HarnessError. `doubt`: Target::doubt() at the end of the run.
void add_doubt(std::optional<std::string> doubt, std::vector<oracle::Finding>&);
void add_doubt(std::optional<std::string> doubt, oracle::Judgement&);
// Whether that was so.
bool doubted(std::span<const oracle::Finding>);

// So often a run that proves nothing is played on a real clock before it stays Inconclusive, and so
// often one that failed must fail.
inline constexpr int kTries = 3;
// Before the next try, `tries` having proved nothing: whatever kept the machine busy is given time
// to pass: a tenth of a second, then half of one.
void pause_behind(int tries);

// What was held to be a failure proves nothing; all else stays as it is.
void lower_failures(std::span<oracle::Finding>);

}  // namespace harness::campaign
