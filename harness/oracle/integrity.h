#pragma once

#include "harness/oracle/checker.h"

namespace harness::oracle {

// Whether every octet got through as it was sent, in order and once. What the application reads is
// the peer's stream and had arrived before; what the target sends is what the application wrote, at
// its place. Both are judged at the target's own edge, so that no fault of the link is blamed on
// it.
//
// Connections are known by the FourTuples in the replies to Connect and Accept; the peer's stream
// by its position-coded octets (event/stream.h). Where the peer sends anything else, or urgent
// data, which some stacks take out of the stream, what is read is not judged.
class Integrity final : public Checker {
 public:
  std::string_view name() const override { return "integrity"; }
  std::vector<Finding> check(const event::Trace&) const override;
};

}  // namespace harness::oracle
