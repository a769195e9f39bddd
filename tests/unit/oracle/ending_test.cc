#include "harness/oracle/ending.h"

#include <gtest/gtest.h>

#include <cerrno>
#include <string>

#include "harness/event/status.h"
#include "tests/unit/oracle/conversation.h"

namespace harness::oracle {
namespace {

using event::TcpState;

// A run that came to rest; its last words are questions, as a sweep asks them.
struct Rested : Conversation {
  void rest(TcpState state, int error = 0) {
    const auto name = event::encode(tuple);
    const auto asked = call(event::Op::Status, -1, {}, name);
    event::Status status;
    status.set(event::StatusField::State, static_cast<std::int64_t>(state));
    reply(asked, 0, event::encode(status));
    const std::array octets{std::byte(error), std::byte{}, std::byte{}, std::byte{}};
    reply(call(event::Op::GetOption, kFd, {1, 4, 4}), 0, octets);
    end();
  }
};

std::vector<Finding> at_the_end(const Conversation& c) { return Ending{}.check(c.trace); }

std::string said_at_the_end(const Conversation& c) {
  const auto findings = at_the_end(c);
  EXPECT_EQ(findings.size(), 1u);
  return findings.empty() ? std::string{} : findings[0].text;
}

TEST(Ending, WhatIsAcknowledgedIsDelivered) {
  Rested c;
  c.open_and_accept();
  c.write(100, 0);
  c.from_target({.octets = 100});
  c.to_target({.ack = 100});
  c.rest(TcpState::Established);
  EXPECT_TRUE(at_the_end(c).empty());
}

TEST(Ending, WhatIsWrittenAndNeverSentIsAFindingWhenNothingIsDueAnyMore) {
  Rested c;
  c.open_and_accept();
  c.write(100, 0);
  c.rest(TcpState::Established);
  EXPECT_EQ(said_at_the_end(c),
            "expected what is sent to be acknowledged, or the connection to fail, but 0 of 100 are "
            "acknowledged, no timer is armed, and the connection is ESTABLISHED");
}

TEST(Ending, AConnectionThatFailedAndSaidSoIsFine) {
  Rested c;
  c.open_and_accept();
  c.write(100, 0);
  c.from_target({.octets = 100});
  c.rest(TcpState::Closed, ETIMEDOUT);
  EXPECT_TRUE(at_the_end(c).empty());
}

TEST(Ending, AConnectionThatFailedInSilenceIsAFinding) {
  Rested c;
  c.open_and_accept();
  c.write(100, 0);
  c.from_target({.octets = 100});
  c.rest(TcpState::Closed);
  EXPECT_EQ(said_at_the_end(c),
            "expected the application to be told that its connection is gone, but 0 of 100 are "
            "acknowledged, and socket 4 knows of no error");
}

TEST(Ending, NobodyIsToldWhoGaveTheSocketAway) {
  Rested c;
  c.open_and_accept();
  c.write(100, 0);
  c.from_target({.octets = 100});
  c.reply(c.call(event::Op::Close, Conversation::kFd), 0);
  c.rest(TcpState::Closed);
  EXPECT_TRUE(at_the_end(c).empty());
}

TEST(Ending, AConnectionThatBothSidesClosedIsNoFailure) {
  Rested c;
  c.open_and_accept();
  c.reply(c.call(event::Op::Shutdown, Conversation::kFd, {1}), 0);
  c.from_target({.flags = kFinAck});
  c.to_target({.flags = kFinAck, .ack = 1});
  c.rest(TcpState::Closed);
  EXPECT_TRUE(at_the_end(c).empty());
}

TEST(Ending, ACallThatWaitsForWhatIsThereIsAFinding) {
  Rested c;
  c.open_and_accept();
  c.call(event::Op::Receive, Conversation::kFd, {0, 100});
  c.rest(TcpState::Established);
  EXPECT_TRUE(at_the_end(c).empty());  // Nothing has come.
  Rested there;
  there.open_and_accept();
  there.call(event::Op::Receive, Conversation::kFd, {0, 100});
  there.to_target({.octets = 10});
  there.rest(TcpState::Established);
  EXPECT_EQ(said_at_the_end(there),
            "expected what has arrived to be delivered, but `recv(4, 100)` is still blocked");
}

TEST(Ending, WhatAcknowledgesMoreThanWasSentIsNotThere) {
  Rested c;
  c.open_and_accept();
  c.call(event::Op::Receive, Conversation::kFd, {0, 100});
  c.to_target({.ack = 1, .octets = 10});
  c.to_target({.flags = kFinAck, .ack = 1});
  c.rest(TcpState::Established);
  EXPECT_TRUE(at_the_end(c).empty());
  Rested there;
  there.open_and_accept();
  there.call(event::Op::Receive, Conversation::kFd, {0, 100});
  there.to_target({.ack = 1, .octets = 10});
  there.to_target({.octets = 10});
  there.rest(TcpState::Established);
  EXPECT_EQ(said_at_the_end(there),
            "expected what has arrived to be delivered, but `recv(4, 100)` is still blocked");
}

TEST(Ending, ACallOnAConnectionThatIsGoneIsAnswered) {
  Rested c;
  c.open_and_accept();
  c.call(event::Op::Receive, Conversation::kFd, {0, 100});
  c.rest(TcpState::Closed, ECONNRESET);
  EXPECT_EQ(said_at_the_end(c),
            "expected an answer to every call on a connection that is gone, but `recv(4, 100)` is "
            "still blocked");
}

TEST(Ending, WhatHasNotComeToRestIsNotJudged) {
  Conversation c;
  c.open_and_accept();
  c.write(100, 0);
  c.end({.reason = event::EndReason::OutOfTime, .timer_armed = true});
  EXPECT_TRUE(at_the_end(c).empty());
}

}  // namespace
}  // namespace harness::oracle
