#pragma once

#include <string>
#include <vector>

#include "harness/model/assumptions.h"
#include "harness/model/violation.h"
#include "harness/oracle/checker.h"

namespace harness::oracle {

// What the model says of a trace, as a finding.
Finding finding_of(const event::Trace&, const model::Violation&, bool strict);

// Whether some reading of the RFCs allows what the target did: the model, asked of every segment,
// call and silence of a run.
//
// A violation of a MUST fails; of a SHOULD it is NonStrict, or with `strict` a failure too. What
// went beyond the model, or was owed when the trace ended though the run is about it, is
// Inconclusive.
class Rfc final : public Checker {
 public:
  struct Options {
    std::vector<std::string> about{};  // Requirements that must not stay open.
    bool strict = false;
  };
  Rfc(Options options, const model::Assumptions& assume)
      : options_(std::move(options)), assume_(assume) {}

  std::string_view name() const override { return "rfc"; }
  std::vector<Finding> check(const event::Trace&) const override;
  std::vector<Finding> check_and_count(const event::Trace&, Ledger&) const override;

 private:
  Options options_;
  model::Assumptions assume_;
};

}  // namespace harness::oracle
