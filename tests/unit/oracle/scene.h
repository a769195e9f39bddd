#pragma once

#include <gtest/gtest.h>

#include <chrono>
#include <vector>

#include "harness/oracle/expectations.h"
#include "tests/unit/oracle/conversation.h"

namespace harness::oracle {

// One expectation about one thing that happened.
class Scene : public Conversation {
 public:
  Scene() { now = clock::kStart + std::chrono::seconds{1}; }

  event::Expectation wanted(event::Expected what, std::uint32_t met) const {
    return {.what = what,
            .place = {"close/four_way.pkt", 12, 3},
            .text = "+0 > S. 0:0(0) ack 1",
            .earliest = clock::kStart,
            .latest = clock::kNever,
            .met = met};
  }
  std::vector<Finding> judge(const event::Expectation& e, bool strict = false) {
    event::append(trace, now, e);
    return Expectations{{"MUST-13"}, strict}.check(trace);
  }
  // The finding; an empty one when there is none.
  Finding only(const event::Expectation& e) {
    const auto findings = judge(e);
    EXPECT_LE(findings.size(), 1u);
    return findings.empty() ? Finding{.verdict = Verdict::Pass} : findings[0];
  }
};

}  // namespace harness::oracle
