#pragma once

#include <string_view>
#include <vector>

#include "harness/oracle/checker.h"

namespace harness::oracle {

// The clocks that show on the wire go on: the one that initial sequence numbers come from (RFC
// 9293, 3.4.1, MUST-8), and that of the timestamps (RFC 7323, 4.1 and 5.4: a tick lasts a second at
// most). An active open that begins at the same number again cannot be told from a repeated SYN: it
// is not judged.
class Clocks final : public Checker {
 public:
  std::string_view name() const override { return "clocks"; }
  std::vector<Finding> check(const event::Trace&) const override;
};

}  // namespace harness::oracle
