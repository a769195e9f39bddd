#include "harness/oracle/history.h"

#include <gtest/gtest.h>

#include <cerrno>

#include "tests/unit/oracle/conversation.h"

namespace harness::oracle {
namespace {

using Index = std::optional<std::size_t>;

TEST(History, AcceptGivesTheConnectionOpenedLast) {
  Conversation c;
  c.open_passively();
  c.peer_isn += 1000;
  c.open_passively();
  c.accept();
  c.peer_isn += 1000;
  c.open_passively();
  const History history{c.trace};
  ASSERT_EQ(history.connections.size(), 3u);
  EXPECT_EQ(history.connection_of.at(0), Index{1});
  EXPECT_EQ(history.socket_of, (std::vector<Index>{{}, 0, {}}));
}

TEST(History, ConnectOpensTheNextOne) {
  Conversation c;
  c.open_actively();
  c.target_isn += 1000;
  c.reply(c.call(event::Op::Close, Conversation::kFd), 0);
  c.open_actively();
  const History history{c.trace};
  EXPECT_EQ(history.socket_of, (std::vector<Index>{0, 1}));
}

TEST(History, AConnectThatNeverTellsItsNameIsKnownWhenItIsTheOnlyOne) {
  Conversation c;
  c.fail(c.call(event::Op::Connect, 7), EINPROGRESS);
  c.from_target({.flags = wire::kSyn, .position = -1});
  EXPECT_EQ(History{c.trace}.socket_of.at(0), Index{0});
  c.fail(c.call(event::Op::Connect, 8), EINPROGRESS);
  EXPECT_EQ(History{c.trace}.socket_of.at(0), Index{});
}

TEST(History, AnotherNameIsAnotherConnection) {
  Conversation c;
  c.open_passively();
  c.tuple.remote.port = 40001;
  c.accept();
  EXPECT_EQ(History{c.trace}.connection_of.at(0), Index{});
}

}  // namespace
}  // namespace harness::oracle
