#pragma once

#include <string>
#include <vector>

#include "harness/oracle/checker.h"

namespace harness::oracle {

// Whether a script got what it wanted, from the expectations it left in the trace. What came after
// the tool itself was late proves nothing, and is inconclusive.
class Expectations final : public Checker {
 public:
  // `rules`: what the scenario is about; cited by each finding. `strict`: segments that no line of
  // the script accounts for are findings.
  explicit Expectations(std::vector<std::string> rules, bool strict = false);

  std::string_view name() const override { return "expectations"; }
  std::vector<Finding> check(const event::Trace&) const override;

 private:
  std::vector<std::string> rules_;
  bool strict_;
};

}  // namespace harness::oracle
