#pragma once

#include <string>
#include <vector>

#include "harness/campaign/found.h"
#include "harness/event/trace.h"
#include "harness/oracle/finding.h"
#include "reports/result.h"

namespace harness::cli {

// What is to be written into the folder for what was found: the process that made it may live where
// nothing can be written.
struct FoundFile {
  std::string name, text;
  friend bool operator==(const FoundFile&, const FoundFile&) = default;
};

struct FoundFiles {
  std::vector<FoundFile> files{};
  std::string said{};  // About them, a phrase.
  bool script = false;
};

// A failure as a scenario that is as small as it gets, with the record and the capture of its run;
// or, when no script does the same again, with those of the run in which it was seen. `seen` tells
// of that run.
FoundFiles found_files(const event::Trace&, const oracle::Finding&, const target::Factory&,
                       const campaign::RunOptions&, const campaign::ShrinkLimits&,
                       const reports::Result& seen);

// Writes them, whole or not at all, before anybody is told. What there is to say about it, a line
// each; `bad` is set when one of them could not be written.
std::string write_found(const std::string& folder, const std::vector<FoundFile>&, bool& bad);

}  // namespace harness::cli
