#include "harness/oracle/liveness.h"

#include <gtest/gtest.h>

#include <cerrno>
#include <string>

#include "harness/event/expectation.h"
#include "tests/unit/oracle/conversation.h"

namespace harness::oracle {
namespace {

using namespace std::chrono_literals;
using event::EndReason;

std::vector<Finding> stalls(const Conversation& c, bool virtual_time = true) {
  return Liveness{virtual_time}.check(c.trace);
}

Finding only_stall(const Conversation& c) {
  const auto findings = stalls(c);
  EXPECT_EQ(findings.size(), 1u);
  return findings.empty() ? Finding{.verdict = Verdict::Pass} : findings[0];
}

TEST(Liveness, ARunThatIsDoneIsFine) {
  Conversation c;
  c.open_and_accept();
  c.end();
  EXPECT_TRUE(stalls(c).empty());
}

TEST(Liveness, WhyARunEndedIsJudged) {
  struct Case {
    EndReason reason;
    Verdict verdict;
    std::string_view words;
  };
  for (const Case& test : {
           Case{EndReason::OutOfTime, Verdict::Fail, "it was not over after 600.000 s"},
           Case{EndReason::OutOfRecords, Verdict::Fail,
                "2 records were not enough for it: a livelock"},
           Case{EndReason::Stuck, Verdict::Fail, "stood still at 600.000 s"},
           Case{EndReason::Interrupted, Verdict::HarnessError, "it was interrupted"},
       }) {
    Conversation c;
    c.trace.note(c.now, "");
    c.now += 600s;
    c.end({.reason = test.reason, .timer_armed = true});
    const auto finding = only_stall(c);
    EXPECT_EQ(finding.verdict, test.verdict);
    EXPECT_EQ(finding.record, 1u);
    EXPECT_NE(finding.text.find(test.words), std::string::npos) << finding.text;
  }
}

TEST(Liveness, ATraceWithoutAnEndCannotBeJudged) {
  Conversation c;
  EXPECT_EQ(only_stall(c).verdict, Verdict::HarnessError);
  c.open_passively();
  EXPECT_EQ(only_stall(c).verdict, Verdict::HarnessError);
}

TEST(Liveness, ACallThatBlocksToTheEndIsAFinding) {
  Conversation c;
  c.open_and_accept();
  c.call(event::Op::Receive, Conversation::kFd, {0, 100});
  c.end({.pending_calls = 1});
  const auto finding = only_stall(c);
  EXPECT_EQ(finding.verdict, Verdict::Fail);
  EXPECT_EQ(finding.text,
            "expected an answer to every call, but `recv(4, 100)` is still blocked at the end");
}

TEST(Liveness, WhereTheScriptStoppedEarlierCallsMayBlock) {
  Conversation c;
  c.open_and_accept();
  c.call(event::Op::Receive, Conversation::kFd, {0, 100});
  event::append(c.trace, c.now, {.what = event::Expected::Packet, .latest = clock::kNever});
  c.end({.pending_calls = 1});
  EXPECT_TRUE(stalls(c).empty());
}

// Data and FIN sent and never acknowledged; what follows says whether anything is wrong.
struct Left : Conversation {
  Left() {
    open_and_accept();
    write(100, 0);
    from_target({.octets = 100});
  }
};

TEST(Liveness, DataThatNobodyWillSendAgainIsAFinding) {
  Left c;
  c.to_target({.ack = 60});
  c.end();
  const auto finding = only_stall(c);
  EXPECT_EQ(finding.verdict, Verdict::Fail);
  EXPECT_EQ(finding.requirements, (std::vector<std::string>{"RFC6298-5.1-5.3", "9293-3.10.8-rto"}));
  EXPECT_NE(finding.text.find("octet 60 of 100 is still open: nothing will ever retransmit it"),
            std::string::npos)
      << finding.text;
}

TEST(Liveness, AFinThatNobodyWillSendAgainIsAFinding) {
  Left c;
  c.to_target({.ack = 100});
  c.from_target({.flags = kFinAck, .position = 100});
  c.end();
  EXPECT_NE(only_stall(c).text.find("its FIN is still open"), std::string::npos)
      << only_stall(c).text;
}

TEST(Liveness, WithATimerArmedItMayStillBeSentAgain) {
  Left c;
  c.end({.timer_armed = true});
  EXPECT_TRUE(stalls(c).empty());
}

TEST(Liveness, OnARealClockNobodyKnowsWhichTimersAreArmed) {
  Left c;
  c.end();
  EXPECT_TRUE(stalls(c, false).empty());
}

TEST(Liveness, WhatIsAcknowledgedNeedsNoTimer) {
  Left c;
  c.from_target({.flags = kFinAck, .position = 100});
  c.to_target({.ack = 101});
  c.end();
  EXPECT_TRUE(stalls(c).empty());
}

TEST(Liveness, AnAcknowledgmentThatDoesNotVerifyIsNone) {
  Left c;
  c.to_target({.ack = 100, .broken = true});
  c.end();
  EXPECT_EQ(only_stall(c).verdict, Verdict::Fail);
}

TEST(Liveness, AConnectionThatIsGoneSendsNothingAgain) {
  const auto gone = [](auto&& how) {
    Left c;
    how(c);
    c.end();
    for (const Finding& finding : stalls(c)) ADD_FAILURE() << finding.text;
  };
  gone([](Conversation& c) { c.to_target({.flags = wire::kRst}); });
  gone([](Conversation& c) { c.from_target({.flags = wire::kRst, .position = 100}); });
  gone([](Conversation& c) { c.fail(c.call(event::Op::Receive, Conversation::kFd), ETIMEDOUT); });
  gone([](Conversation& c) { c.reply(c.call(event::Op::Abort, Conversation::kFd), 0); });
  gone([](Conversation& c) {
    c.reply(c.call(event::Op::SetOption, Conversation::kFd, {6, 18, 5000}), 0);
  });
  gone([](Conversation& c) {  // It gave up after as many times as it must try.
    for (int i = 0; i < 3; ++i) c.from_target({.octets = 100});
  });
  gone([](Conversation& c) {  // Another connection has its name.
    c.peer_isn += 100'000;
    c.target_isn += 100'000;
    c.open_passively();
  });
}

TEST(Liveness, GivingUpAfterTwoRetransmissionsIsTooEarly) {
  Left c;
  c.from_target({.octets = 100});
  c.from_target({.octets = 100});
  c.end();
  EXPECT_EQ(only_stall(c).verdict, Verdict::Fail);
}

}  // namespace
}  // namespace harness::oracle
