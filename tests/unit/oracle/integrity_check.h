#pragma once

#include <gtest/gtest.h>

#include <string>
#include <vector>

#include "harness/oracle/integrity.h"
#include "tests/unit/oracle/conversation.h"

namespace harness::oracle {

// An accepted connection, whose application has written `octets`.
struct Accepted : Conversation {
  explicit Accepted(std::uint32_t octets = 0) {
    open_and_accept();
    if (octets > 0) write(octets, 0);
  }
};

inline std::vector<Finding> check(const Conversation& c) { return Integrity{}.check(c.trace); }

// Exactly one Fail, of this requirement, whose sentence has these words in it.
inline void expect_fail(const Conversation& c, std::string_view requirement,
                        std::string_view words) {
  const auto findings = check(c);
  ASSERT_EQ(findings.size(), 1u) << words;
  EXPECT_EQ(findings[0].verdict, Verdict::Fail);
  EXPECT_EQ(findings[0].requirements, std::vector<std::string>{std::string(requirement)});
  EXPECT_NE(findings[0].text.find(words), std::string::npos) << findings[0].text;
}

inline void expect_fine(const Conversation& c) {
  for (const Finding& finding : check(c)) ADD_FAILURE() << finding.text;
}

}  // namespace harness::oracle
