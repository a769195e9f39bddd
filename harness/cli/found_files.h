#pragma once

#include <optional>
#include <set>
#include <span>
#include <string>
#include <utility>
#include <vector>

#include "harness/campaign/found.h"
#include "harness/event/trace.h"
#include "harness/oracle/finding.h"
#include "harness/target/catalogue/catalogue.h"
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
// of that run; `whole` is its scenario, for failures that only the scenario's own expectations
// show.
FoundFiles found_files(const event::Trace&, const oracle::Finding&,
                       const target::catalogue::Choice&, const campaign::RunOptions&,
                       const campaign::ShrinkLimits&, const reports::Result& seen,
                       const scenario::Scenario* whole = nullptr);

// The folder of --found. What is there already is not overwritten: another name is chosen, unless
// the file says the same.
class FoundFolder {
 public:
  explicit FoundFolder(std::string folder) : folder_(std::move(folder)) {}

  // Writes the files of some failures, each whole or not at all; before anybody is told of them, so
  // that whatever ends the process loses nothing that was printed. What there is to say, a line for
  // each file.
  std::string write(const std::vector<FoundFile>&);
  bool broken() const { return error_.has_value(); }
  // A sentence, when one could not be written.
  const std::optional<std::string>& error() const { return error_; }

 private:
  std::string free_name(const std::string& stem, std::span<const FoundFile> files);

  std::string folder_;
  std::set<std::string> names_;
  std::optional<std::string> error_;
};

// Makes the folder, before anything is run; a sentence when nothing can be written there.
std::optional<std::string> prepare_found(const std::string& folder);

}  // namespace harness::cli
