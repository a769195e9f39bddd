#include "harness/oracle/application.h"

#include <gtest/gtest.h>

#include <cerrno>

#include "tests/unit/oracle/conversation.h"

namespace harness::oracle {
namespace {

using event::Op;

TEST(Application, AcceptMakesASocketThatReadsAndWrites) {
  Conversation c;
  c.accept();
  c.write(100, 0);
  c.write(50, 100, 20);  // Only 20 were taken.
  c.write(30, 120);
  c.read(10, 0);
  const auto sockets = sockets_of(c.trace);
  ASSERT_EQ(sockets.size(), 1u);
  EXPECT_EQ(sockets[0].fd, Conversation::kFd);
  EXPECT_FALSE(sockets[0].active);
  EXPECT_EQ(sockets[0].tuple, c.tuple);
  EXPECT_EQ(sockets[0].since, 1u);
  ASSERT_EQ(sockets[0].writes.size(), 3u);
  EXPECT_EQ(sockets[0].writes[1].position, 100u);
  EXPECT_EQ(sockets[0].writes[1].end(), 120u);
  EXPECT_EQ(sockets[0].writes[2].end(), 150u);
  ASSERT_EQ(sockets[0].reads.size(), 1u);
  EXPECT_EQ(sockets[0].reads[0].octets.size(), 10u);
}

TEST(Application, ConnectMakesOneWhenItIsCalledAndNamesItWhenItReturns) {
  Conversation c;
  const auto id = c.call(Op::Connect, 7);
  EXPECT_EQ(sockets_of(c.trace).at(0).tuple, std::nullopt);
  c.reply(id, 0, event::encode(c.tuple));
  const auto sockets = sockets_of(c.trace);
  ASSERT_EQ(sockets.size(), 1u);
  EXPECT_TRUE(sockets[0].active);
  EXPECT_EQ(sockets[0].since, 0u);
  EXPECT_EQ(sockets[0].tuple, c.tuple);
}

TEST(Application, ConnectingAgainIsTheSameUntilItFailed) {
  Conversation c;
  c.fail(c.call(Op::Connect, 7), EINPROGRESS);
  c.fail(c.call(Op::Connect, 7), EALREADY);
  EXPECT_EQ(sockets_of(c.trace).size(), 1u);
  c.fail(c.call(Op::Connect, 7), ECONNREFUSED);
  c.call(Op::Connect, 7);
  const auto sockets = sockets_of(c.trace);
  ASSERT_EQ(sockets.size(), 2u);
  EXPECT_TRUE(sockets[0].failed);
  EXPECT_FALSE(sockets[1].failed);
}

TEST(Application, AWriteThatBlocksCountsWholeAndOneThatFailedNotAtAll) {
  Conversation c;
  c.accept();
  c.fail(c.start_write(10, 0), EAGAIN);
  c.start_write(100, 0);
  const auto sockets = sockets_of(c.trace);
  ASSERT_EQ(sockets[0].writes.size(), 2u);
  EXPECT_EQ(sockets[0].writes[0].end(), 0u);
  EXPECT_EQ(sockets[0].writes[1].end(), 100u);
  EXPECT_EQ(sockets[0].writes[1].replied, std::nullopt);
  EXPECT_FALSE(sockets[0].failed);
}

TEST(Application, AReplyBelongsToTheSocketThatWasAsked) {
  Conversation c;
  c.accept();
  const auto blocked = c.start_write(100, 0);
  c.reply(c.call(Op::Close, Conversation::kFd), 0);
  c.accept();  // The same fd, another socket.
  c.write(5, 0);
  c.reply(blocked, 60);
  const auto sockets = sockets_of(c.trace);
  ASSERT_EQ(sockets.size(), 2u);
  EXPECT_EQ(sockets[0].writes.at(0).end(), 60u);
  EXPECT_EQ(sockets[1].writes.at(0).end(), 5u);
}

TEST(Application, WhoAsksForAnErrorAndHearsOfNoneHasLostNone) {
  for (const auto error : {0, 104}) {
    Conversation c;
    c.accept();
    const std::array octets{std::byte(error), std::byte{}, std::byte{}, std::byte{}};
    c.reply(c.call(Op::GetOption, Conversation::kFd, {1, 4, 4}), 0, octets);
    EXPECT_EQ(sockets_of(c.trace).at(0).failed, error != 0);
  }
}

TEST(Application, WhatEndsAConnectionIsRemembered) {
  struct Case {
    Op op;
    std::array<std::int64_t, 3> args;
    std::int32_t error;
    bool failed, aborted, reading_shut;
  };
  const Case cases[] = {
      {Op::Receive, {}, EAGAIN, false, false, false},
      {Op::Receive, {}, EINTR, false, false, false},
      {Op::Receive, {}, ECONNRESET, true, false, false},
      {Op::Send, {}, EPIPE, true, false, false},
      {Op::GetOption, {1, 4, 4}, 0, true, false, false},
      {Op::GetOption, {6, 4, 4}, 0, false, false, false},
      {Op::SetOption, {1, 13, 0}, 0, false, true, false},
      {Op::Abort, {}, 0, false, true, false},
      {Op::Shutdown, {0, 0, 0}, 0, false, false, true},
      {Op::Shutdown, {1, 0, 0}, 0, false, false, false},
      {Op::Shutdown, {2, 0, 0}, 0, false, false, true},
  };
  for (const Case& test : cases) {
    Conversation c;
    c.accept();
    const auto id = c.call(test.op, Conversation::kFd, test.args);
    test.error == 0 ? c.reply(id, 0) : c.fail(id, test.error);
    const auto socket = sockets_of(c.trace).at(0);
    EXPECT_EQ(socket.failed, test.failed) << event::name(test.op);
    EXPECT_EQ(socket.aborted, test.aborted) << event::name(test.op);
    EXPECT_EQ(socket.reading_shut.has_value(), test.reading_shut) << event::name(test.op);
  }
}

TEST(Application, RepliesToNobodyAndCallsOnUnknownSocketsSayNothing) {
  Conversation c;
  c.reply(99, 4);
  c.reply(c.call(Op::Receive, 12), 3);
  c.fail(c.call(Op::Accept, 3), EAGAIN);
  EXPECT_TRUE(sockets_of(c.trace).empty());
}

}  // namespace
}  // namespace harness::oracle
