#pragma once

#include "harness/oracle/checker.h"

namespace harness::oracle {

// Whether the run came to an end of its own, and nobody was left waiting for something that will
// never come.
class Liveness final : public Checker {
 public:
  // `virtual_time`: the End record tells whether the target has a timer armed.
  // `to_the_end`: the run went on until both sides were quiet (see Ending); what its application
  // waits for then may well never come.
  explicit Liveness(bool virtual_time, bool to_the_end = false)
      : virtual_time_(virtual_time), to_the_end_(to_the_end) {}

  std::string_view name() const override { return "liveness"; }
  std::vector<Finding> check(const event::Trace&) const override;

 private:
  bool virtual_time_, to_the_end_;
};

}  // namespace harness::oracle
