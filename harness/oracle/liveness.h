#pragma once

#include "harness/oracle/checker.h"

namespace harness::oracle {

// Whether the run came to an end of its own, and nobody was left waiting for something that will
// never come.
class Liveness final : public Checker {
 public:
  // `virtual_time`: the End record tells whether the target has a timer armed.
  explicit Liveness(bool virtual_time) : virtual_time_(virtual_time) {}

  std::string_view name() const override { return "liveness"; }
  std::vector<Finding> check(const event::Trace&) const override;

 private:
  bool virtual_time_;
};

}  // namespace harness::oracle
