#include "tests/unit/engine/rig.h"

namespace harness::engine {
namespace {

using namespace test;
using wire::kAck;
using wire::kFin;
using wire::kPsh;
using wire::kRst;
using wire::kSyn;

TEST(EngineOpen, APassiveOpenAnswersASynWithSynAckAndItsMss) {
  Rig rig;
  const int listener = rig.listen();
  EXPECT_EQ(rig.state_of(listener), "LISTEN");
  rig.inject(kSyn, 0, 0, 0, 65'535, Rig::mss(1460));
  EXPECT_EQ(rig.sent(), Lines{"S. 0:0(0) ack 1 win 65535 <mss 1460>"});
  EXPECT_EQ(rig.state(), "SYN-RECEIVED");
  rig.inject(kAck, 1, 1);
  EXPECT_EQ(rig.state(), "ESTABLISHED");
  EXPECT_EQ(rig.sent(), Lines{});
  EXPECT_EQ(rig.call(Op::Accept, listener), ok(4));
  EXPECT_EQ(rig.call(Op::Accept, listener), error(EAGAIN));
}

TEST(EngineOpen, AnAcceptedConnectionNamesItsEnds) {
  Rig rig;
  const int listener = rig.listen();
  rig.inject(kSyn, 0);
  rig.inject(kAck, 1, 1);
  const auto reply = rig.call(Op::Accept, listener);
  ASSERT_TRUE(reply);
  EXPECT_EQ(event::decode_four_tuple(reply->data), rig.tuple());
}

Config plain() {
  Config config = config_of(kLocal);
  config.window_scaling = config.timestamps = false;
  return config;
}

TEST(EngineOpen, AnActiveOpenSendsASynAndAcknowledgesTheAnswer) {
  Rig rig{plain()};
  const int fd = rig.socket();
  const auto reply = rig.connect(fd);
  EXPECT_EQ(reply, error(EINPROGRESS));
  EXPECT_EQ(event::decode_four_tuple(reply->data), rig.tuple());
  EXPECT_EQ(rig.sent(), Lines{"S 0:0(0) win 65535 <mss 1460>"});
  EXPECT_EQ(rig.state(), "SYN-SENT");
  EXPECT_EQ(rig.connect(fd), error(EALREADY));
  rig.inject(kSyn | kAck, 0, 1, 0, 1000, Rig::mss(1000));
  EXPECT_EQ(rig.sent(), Lines{". 1:1(0) ack 1 win 65535"});
  EXPECT_EQ(rig.state(), "ESTABLISHED");
  EXPECT_EQ(rig.status(StatusField::SendMss), 1000);
  EXPECT_EQ(rig.status(StatusField::SendWindow), 1000);
  EXPECT_EQ(rig.connect(fd), ok());
  EXPECT_EQ(rig.connect(fd), error(EISCONN));
}

TEST(EngineOpen, ABlockingConnectIsAnsweredWhenTheConnectionIsThere) {
  Rig rig;
  const int fd = rig.socket(false);
  EXPECT_EQ(rig.connect(fd), std::nullopt);
  const auto id = rig.last_call();
  rig.inject(kSyn | kAck, 0, 1);
  const auto reply = rig.reply(id);
  EXPECT_EQ(reply, ok());
  EXPECT_EQ(event::decode_four_tuple(reply->data), rig.tuple());
}

TEST(EngineOpen, ARefusedConnectSaysSo) {
  Rig rig;
  const int blocking = rig.socket(false);
  rig.connect(blocking);
  auto id = rig.last_call();
  rig.inject(kRst | kAck, 0, 1);
  EXPECT_EQ(rig.reply(id), error(ECONNREFUSED));
  EXPECT_EQ(rig.state(), "none");

  const int fd = rig.socket();
  rig.connect(fd);
  rig.inject(kRst | kAck, 0, 1);
  EXPECT_EQ(rig.option(fd, SOL_SOCKET, SO_ERROR), ECONNREFUSED);
  EXPECT_EQ(rig.option(fd, SOL_SOCKET, SO_ERROR), 0);
  EXPECT_EQ(rig.connect(fd), error(EINPROGRESS)) << "and may be tried again";
}

TEST(EngineOpen, AConnectWithoutAnAnswerTriesForThreeMinutesAtLeast) {
  Rig rig{plain()};
  const int fd = rig.socket(false);
  const auto start = rig.now();
  rig.connect(fd);
  const auto id = rig.last_call();
  rig.wait(179s);
  EXPECT_EQ(rig.reply(id), std::nullopt);
  std::vector<std::int64_t> seconds;
  for (const auto& [at, line] : rig.timed()) {
    EXPECT_EQ(line, "S 0:0(0) win 65535 <mss 1460>");
    seconds.push_back((at - start) / 1s);
  }
  EXPECT_EQ(seconds, (std::vector<std::int64_t>{0, 1, 3, 7, 15, 31, 63, 123}));
  rig.wait(5s);
  EXPECT_EQ(rig.reply(id), error(ETIMEDOUT));
}

TEST(EngineOpen, ASimultaneousOpenEndsInEstablishedOnBothSides) {
  Rig rig;
  const int fd = rig.socket(false);
  rig.connect(fd);
  const auto id = rig.last_call();
  rig.sent();
  rig.inject(kSyn, 0, 0, 0, 65'535, Rig::mss(1460));
  EXPECT_EQ(rig.sent(), Lines{"S. 0:0(0) ack 1 win 65535 <mss 1460>"});
  EXPECT_EQ(rig.state(), "SYN-RECEIVED");
  EXPECT_EQ(rig.reply(id), std::nullopt);
  rig.inject(kSyn | kAck, 0, 1);
  EXPECT_EQ(rig.state(), "ESTABLISHED");
  EXPECT_EQ(rig.reply(id), ok());
}

TEST(EngineOpen, InASimultaneousOpenAResetRefuses) {
  Rig rig;
  rig.connect(rig.socket(false));
  const auto id = rig.last_call();
  rig.inject(kSyn, 0);
  rig.inject(kRst, 1);
  EXPECT_EQ(rig.reply(id), error(ECONNREFUSED));
}

TEST(EngineOpen, AResetSendsAPassiveSynReceivedBackToListen) {
  Rig rig;
  const int listener = rig.listen(1);
  rig.inject(kSyn, 0);
  rig.inject(kRst, 1);
  EXPECT_EQ(rig.state(), "none");
  rig.sent();
  rig.inject(kSyn, 0);
  EXPECT_EQ(rig.sent().size(), 1u) << "the backlog has room again";
  rig.inject(kAck, 1, 1);
  EXPECT_EQ(rig.call(Op::Accept, listener)->value, 4);
}

TEST(EngineOpen, ASynInTheWindowSendsAPassiveSynReceivedBackToListen) {
  Rig rig;
  rig.listen();
  rig.inject(kSyn, 0);
  rig.sent();
  rig.inject(kSyn, 100);
  EXPECT_EQ(rig.state(), "none");
  EXPECT_EQ(rig.sent(), Lines{});
}

TEST(EngineOpen, TheSynAgainIsAcknowledged) {
  Rig rig;
  rig.listen();
  rig.inject(kSyn, 0);
  rig.sent();
  rig.inject(kSyn, 0);
  EXPECT_EQ(rig.sent(), Lines{". 1:1(0) ack 1 win 65535"});
  EXPECT_EQ(rig.state(), "SYN-RECEIVED");
}

TEST(EngineOpen, AnUnacceptableAckInSynReceivedIsReset) {
  for (const std::uint32_t ack : {0u, 2u, 1000u, 0x8000'0000u}) {
    Rig rig;
    rig.listen();
    rig.inject(kSyn, 0);
    rig.sent();
    rig.inject(kAck, 1, ack);
    const Lines lines = rig.sent();
    ASSERT_EQ(lines.size(), 1u) << ack;
    EXPECT_TRUE(lines[0].starts_with("R " + std::to_string(ack) + ":")) << lines[0];
    EXPECT_EQ(rig.state(), "SYN-RECEIVED");
  }
}

TEST(EngineOpen, TheSynAckGoesAgainUntilItGivesUp) {
  Rig rig;
  rig.world("net.ipv4.tcp_synack_retries=2");
  rig.listen();
  const auto start = rig.now();
  rig.inject(kSyn, 0);
  rig.wait(100s);
  std::vector<std::int64_t> seconds;
  for (const auto& sent : rig.timed()) seconds.push_back((sent.at - start) / 1s);
  EXPECT_EQ(seconds, (std::vector<std::int64_t>{0, 1, 3}));
  EXPECT_EQ(rig.state(), "none");
  EXPECT_EQ(rig.next_deadline(), std::nullopt);
}

TEST(EngineOpen, TextOnASynWaitsForTheHandshake) {
  Rig rig;
  const int listener = rig.listen();
  rig.inject(kSyn, 0, 0, 100);
  EXPECT_EQ(rig.sent(), Lines{"S. 0:0(0) ack 1 win 65535 <mss 1460>"});
  rig.inject(kAck, 1, 1);
  EXPECT_EQ(rig.call(Op::Accept, listener), ok(4));
  EXPECT_EQ(rig.receive(4), ok(100));
  rig.wait(300ms);
  EXPECT_EQ(rig.sent(), Lines{". 1:1(0) ack 101 win 65435"});
}

TEST(EngineOpen, AFinOnASynClosesOnceTheHandshakeIsOver) {
  Rig rig;
  rig.listen();
  rig.inject(kSyn | kFin, 0);
  EXPECT_EQ(rig.state(), "SYN-RECEIVED");
  rig.inject(kAck, 1, 1);
  EXPECT_EQ(rig.state(), "CLOSE-WAIT");
}

TEST(EngineOpen, TheBacklogBoundsHalfOpenConnections) {
  Rig rig;
  rig.listen(2);
  for (wire::Port port = 1; port <= 5; ++port) {
    rig.set_remote({kRemote, port});
    rig.inject(kSyn, 0);
  }
  EXPECT_EQ(rig.sent().size(), 2u);
}

TEST(EngineOpen, TheBacklogBoundsConnectionsNotAcceptedYet) {
  Rig rig;
  const int listener = rig.listen(1);
  int answered = 0;
  for (wire::Port port = 1; port <= 5; ++port) {
    rig.set_remote({kRemote, port});
    rig.inject(kSyn, 0);
    if (rig.sent().empty()) continue;
    ++answered;
    rig.inject(kAck, 1, 1);
  }
  EXPECT_EQ(answered, 2);
  EXPECT_EQ(rig.call(Op::Accept, listener)->error, 0);
  EXPECT_EQ(rig.call(Op::Accept, listener)->error, 0);
  EXPECT_EQ(rig.call(Op::Accept, listener), error(EAGAIN));
  rig.set_remote({kRemote, 6});
  rig.inject(kSyn, 0);
  EXPECT_EQ(rig.sent().size(), 1u);
}

TEST(EngineOpen, ABlockingAcceptIsAnsweredWhenAConnectionIsThere) {
  Rig rig;
  const int listener = rig.listen(5, false);
  EXPECT_EQ(rig.call(Op::Accept, listener), std::nullopt);
  const auto id = rig.last_call();
  rig.inject(kSyn, 0);
  EXPECT_EQ(rig.reply(id), std::nullopt);
  rig.inject(kAck, 1, 1);
  EXPECT_EQ(rig.reply(id), ok(4));
}

TEST(EngineOpen, InSynSentOnlyARstThatAcknowledgesTheSynCounts) {
  Rig rig;
  const int fd = rig.socket();
  rig.connect(fd);
  rig.sent();
  rig.inject(kRst, 0);
  rig.inject(kRst | kAck, 0, 0);
  rig.inject(kRst | kAck, 0, 2);
  EXPECT_EQ(rig.state(), "SYN-SENT");
  rig.inject(kAck, 0, 0);
  EXPECT_EQ(rig.sent(), Lines{"R 0:0(0) win 0"});
  rig.inject(kSyn | kAck, 0, 2);
  EXPECT_EQ(rig.sent(), Lines{"R 2:2(0) win 0"});
  rig.inject(kAck, 0, 1);
  rig.inject(kFin, 0);
  EXPECT_EQ(rig.sent(), Lines{});
  EXPECT_EQ(rig.state(), "SYN-SENT");
  rig.inject(kRst | kAck, 12'345, 1);
  EXPECT_EQ(rig.state(), "none");
}

}  // namespace
}  // namespace harness::engine
