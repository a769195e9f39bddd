#pragma once

#include <string_view>
#include <vector>

#include "harness/oracle/checker.h"

namespace harness::oracle {

// What must be true when a run has gone on until both sides were quiet, whatever a link did to it:
// what the application wrote is acknowledged, or its connection failed; whoever holds a socket of
// a connection that failed was told, or is told when he asks; and no call waits for what is there
// already or can no longer come (RFC 9293, 3.8.3, 3.9.1 and 3.10.8).
//
// The last words of such a run are the question for the state of every connection, by its
// FourTuple, and for SO_ERROR of every socket.
class Ending final : public Checker {
 public:
  std::string_view name() const override { return "ending"; }
  std::vector<Finding> check(const event::Trace&) const override;
};

}  // namespace harness::oracle
