#include "harness/oracle/rfc.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "tests/unit/oracle/conversation.h"

namespace harness::oracle {
namespace {

using testing::HasSubstr;

model::Assumptions virtual_time() {
  return {.virtual_time = true, .calls_recorded = true, .lossless = true};
}

// A peer that sends ten octets to an open connection, and what the target makes of them.
struct TenOctets : Conversation {
  TenOctets() {
    const auto socket = call(event::Op::Socket, -1, {2, 1, 6});
    reply(socket, 3);
    const wire::Endpoint here = tuple.local;
    reply(call(event::Op::Bind, 3, {}, event::encode(here)), 0);
    reply(call(event::Op::Listen, 3, {8}), 0);
    open_and_accept();
    now += std::chrono::milliseconds{100};
    data = to_target({.octets = 10});
  }
  void acknowledge(std::int64_t ack, clock::Duration after = std::chrono::milliseconds{200}) {
    now += after;
    answer = from_target({.ack = ack});
    end();
  }
  std::uint32_t data = 0, answer = 0;
};

TEST(Rfc, WhatTheRfcsAllowIsNoFinding) {
  TenOctets c;
  c.acknowledge(10);
  Ledger ledger;
  EXPECT_TRUE((Rfc{{}, virtual_time()}.check_and_count(c.trace, ledger).empty()));
  const auto* held = find(ledger, "MUST-40");
  ASSERT_NE(held, nullptr);
  EXPECT_EQ(held->violated, 0u);
}

TEST(Rfc, WhatNoReadingAllowsFailsWithItsRequirementWhatWasWantedAndWhy) {
  TenOctets c;
  c.acknowledge(10, std::chrono::milliseconds{700});
  Ledger ledger;
  const auto findings = Rfc{{}, virtual_time()}.check_and_count(c.trace, ledger);
  ASSERT_EQ(findings.size(), 1u);
  const Finding& finding = findings[0];
  EXPECT_EQ(finding.verdict, Verdict::Fail);
  EXPECT_EQ(finding.checker, "rfc");
  EXPECT_EQ(finding.requirements, std::vector<std::string>{"MUST-40"});
  EXPECT_EQ(finding.record, c.answer);
  EXPECT_EQ(finding.cause, c.data);
  EXPECT_FALSE(finding.expected.empty());
  EXPECT_FALSE(finding.actual.empty());
  const auto* tally = find(ledger, "MUST-40");
  ASSERT_NE(tally, nullptr);
  EXPECT_EQ(tally->violated, 1u);
}

TEST(Rfc, AShouldThatWasNotFollowedIsNonStrictUnlessAskedToBeStrict) {
  TenOctets shrunk;
  shrunk.now += std::chrono::milliseconds{200};
  shrunk.from_target({.ack = 10, .window = 100});
  shrunk.end();
  const auto loose = Rfc{{}, virtual_time()}.check(shrunk.trace);
  ASSERT_EQ(loose.size(), 1u);
  EXPECT_EQ(loose[0].verdict, Verdict::NonStrict);
  EXPECT_EQ(loose[0].requirements, std::vector<std::string>{"SHLD-14"});
  const auto strict = Rfc{{.strict = true}, virtual_time()}.check(shrunk.trace);
  ASSERT_EQ(strict.size(), 1u);
  EXPECT_EQ(strict[0].verdict, Verdict::Fail);
}

TEST(Rfc, WhatIsStillOwedAtTheEndIsInconclusiveOnlyWhereTheRunIsAboutIt) {
  TenOctets c;
  c.end();
  EXPECT_TRUE((Rfc{{}, virtual_time()}.check(c.trace).empty()));
  const auto findings = Rfc{{.about = {"MUST-40"}}, virtual_time()}.check(c.trace);
  ASSERT_EQ(findings.size(), 1u);
  EXPECT_EQ(findings[0].verdict, Verdict::Inconclusive);
  EXPECT_THAT(findings[0].text, HasSubstr("MUST-40"));
}

TEST(Rfc, WhatWasKeptOnceMayBeOwedAgainAtTheEnd) {
  TenOctets c;
  c.now += std::chrono::milliseconds{200};
  c.from_target({.ack = 10});
  c.to_target({.position = 10, .octets = 10});
  c.end();
  EXPECT_TRUE((Rfc{{.about = {"MUST-40"}}, virtual_time()}.check(c.trace).empty()));
}

TEST(Rfc, AnEmptyTraceSaysNothing) {
  Ledger ledger;
  EXPECT_TRUE((Rfc{{}, virtual_time()}.check_and_count(event::Trace{}, ledger).empty()));
  EXPECT_TRUE(ledger.empty());
}

}  // namespace
}  // namespace harness::oracle
