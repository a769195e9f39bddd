#pragma once

#include <span>
#include <string_view>
#include <vector>

#include "harness/event/trace.h"
#include "harness/oracle/finding.h"
#include "harness/oracle/ledger.h"

namespace harness::oracle {

// Says what is wrong with a run, from its trace alone.
class Checker {
 public:
  virtual ~Checker() = default;
  virtual std::string_view name() const = 0;
  virtual std::vector<Finding> check(const event::Trace&) const = 0;
  // The same; a checker that keeps count of requirements adds to the ledger what was at stake.
  virtual std::vector<Finding> check_and_count(const event::Trace& trace, Ledger&) const {
    return check(trace);
  }
};

struct Judgement {
  Verdict verdict = Verdict::Pass;
  std::vector<Finding> findings;  // In the order of the checkers.
  Ledger ledger{};
};

// Asks each checker. One that throws is a HarnessError, and does not keep the others from speaking.
Judgement judge(const event::Trace&, std::span<const Checker* const>);

}  // namespace harness::oracle
