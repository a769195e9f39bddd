#pragma once

#include <span>
#include <string_view>
#include <vector>

#include "harness/event/trace.h"
#include "harness/oracle/finding.h"

namespace harness::oracle {

// Says what is wrong with a run, from its trace alone.
class Checker {
 public:
  virtual ~Checker() = default;
  virtual std::string_view name() const = 0;
  virtual std::vector<Finding> check(const event::Trace&) const = 0;
};

struct Judgement {
  Verdict verdict = Verdict::Pass;
  std::vector<Finding> findings;  // In the order of the checkers.
};

// Asks each checker. One that throws is a HarnessError, and does not keep the others from speaking.
Judgement judge(const event::Trace&, std::span<const Checker* const>);

}  // namespace harness::oracle
