#pragma once

#include <string_view>
#include <vector>

#include "harness/oracle/checker.h"

namespace harness::oracle {

// What must hold of every segment the target sends, whatever it is about: it can be parsed, its
// checksums verify, and its header says nothing that no segment may say. Judged at the target's
// own edge, before the link can spoil anything. What is not TCP is not judged.
class Form final : public Checker {
 public:
  std::string_view name() const override { return "form"; }
  std::vector<Finding> check(const event::Trace&) const override;
};

}  // namespace harness::oracle
