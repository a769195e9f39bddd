#include <algorithm>
#include <numeric>

#include "tests/unit/engine/rig.h"

namespace harness::engine {
namespace {

using namespace test;
using wire::kAck;
using wire::kFin;
using wire::kPsh;
using wire::kSyn;

TEST(EngineTransfer, TextArrivesOnceAndInOrderHoweverItIsPermuted) {
  // Five segments of 10 octets; the peer's numbers pass the wrap within the second.
  std::vector<std::uint32_t> order{0, 1, 2, 3, 4};
  do {
    Rig rig;
    const int fd = rig.accepted();
    for (const std::uint32_t i : order) rig.inject(kAck | kPsh, 1 + i * 10, 1, 10);
    const auto got = rig.receive(fd);
    ASSERT_EQ(got, ok(50));
    EXPECT_EQ(got->data, stream(1, 50));
    EXPECT_EQ(rig.status(StatusField::ReceiveNxt), std::int64_t{Rig::kPeerIsn + 51u});
  } while (std::ranges::next_permutation(order).found);
}

TEST(EngineTransfer, OverlapsOfAnyShapeDeliverEachOctetOnce) {
  struct Piece {
    std::uint32_t seq;
    std::size_t octets;
  };
  const std::vector<Piece> kTable[] = {
      {{1, 30}, {1, 30}},                                      // The same again.
      {{11, 10}, {1, 30}},                                     // Swallowed.
      {{11, 10}, {16, 15}, {1, 12}},                           // Overlaps on both sides.
      {{21, 10}, {6, 20}, {1, 6}},                             //
      {{29, 2}, {25, 2}, {21, 2}, {17, 2}, {13, 2}, {1, 30}},  // Many at once.
      {{1, 10}, {0u - 4, 20}, {16, 15}},                       // Old and new.
  };
  for (const auto& pieces : kTable) {
    Rig rig;
    const int fd = rig.accepted();
    for (const auto& [seq, octets] : pieces) rig.inject(kAck, seq, 1, octets);
    const auto got = rig.receive(fd);
    ASSERT_EQ(got, ok(30));
    EXPECT_EQ(got->data, stream(1, 30));
  }
}

TEST(EngineTransfer, WhatReachesBeyondTheWindowIsCutOff) {
  Config config = config_of(kLocal);
  config.receive_buffer = 1000;
  Rig rig{config};
  const int fd = rig.accepted();
  rig.inject(kAck | kFin, 1, 1, 1200);
  EXPECT_EQ(rig.receive(fd), ok(1000));
  EXPECT_EQ(rig.state(), "ESTABLISHED") << "the FIN lay outside too";
}

TEST(EngineTransfer, TextOutOfOrderIsAcknowledgedAtOnceAndSoIsTheGapFilled) {
  Rig rig;
  rig.accepted();
  rig.inject(kAck, 101, 1, 100);
  EXPECT_EQ(rig.sent(), Lines{". 1:1(0) ack 1 win 65535"});
  rig.inject(kAck, 1, 1, 100);
  EXPECT_EQ(rig.sent(), Lines{". 1:1(0) ack 201 win 65335"});
}

TEST(EngineTransfer, EverySecondSegmentIsAcknowledgedAtOnceAndALoneOneLater) {
  Rig rig;
  rig.accepted();
  rig.inject(kAck, 1, 1, 1460);
  EXPECT_EQ(rig.sent(), Lines{});
  rig.inject(kAck, 1461, 1, 1460);
  EXPECT_EQ(rig.sent(), Lines{". 1:1(0) ack 2921 win 62615"});
  rig.inject(kAck, 2921, 1, 1460);
  rig.wait(199ms);
  EXPECT_EQ(rig.sent(), Lines{});
  rig.wait(1ms);
  EXPECT_EQ(rig.sent(), Lines{". 1:1(0) ack 4381 win 61155"});
  EXPECT_EQ(rig.next_deadline(), std::nullopt);
}

TEST(EngineTransfer, AnAckRidesOnText) {
  Rig rig;
  const int fd = rig.accepted();
  rig.inject(kAck, 1, 1, 10);
  rig.send(fd, 0, 5);
  EXPECT_EQ(rig.sent(), Lines{"P. 1:6(5) ack 11 win 65525"});
  rig.inject(kAck, 11, 6);
  rig.wait(1s);
  EXPECT_EQ(rig.sent(), Lines{});
}

TEST(EngineTransfer, NothingIsDueAnyMoreWhereADeadlineHasMovedAway) {
  Rig rig;
  EXPECT_FALSE(rig.due(1h));
  const int fd = rig.accepted();
  rig.inject(kAck, 1, 1, 10);
  EXPECT_FALSE(rig.due(200ms - 1ns));
  EXPECT_TRUE(rig.due(200ms)) << "the delayed ACK";
  rig.send(fd, 0, 5);
  EXPECT_FALSE(rig.due(200ms)) << "it rode on text";
  const auto timer = *rig.timer();
  EXPECT_GT(timer, 200ms);
  EXPECT_FALSE(rig.due(timer - 1ns));
  EXPECT_TRUE(rig.due(timer)) << "sending again";
}

TEST(EngineTransfer, LargeSendsGoOutInFullSegmentsAndTheLastIsPushed) {
  Rig rig;
  const int fd = rig.accepted();
  EXPECT_EQ(rig.send(fd, 0, 4000), ok(4000));
  EXPECT_EQ(rig.sent(),
            (Lines{". 1:1461(1460) ack 1 win 65535", ". 1461:2921(1460) ack 1 win 65535"}))
      << "Nagle keeps the rest";
  rig.inject(kAck, 1, 2921);
  EXPECT_EQ(rig.sent(), Lines{"P. 2921:4001(1080) ack 1 win 65535"});
}

TEST(EngineTransfer, NagleCollectsSmallWritesUnlessSwitchedOff) {
  Rig rig;
  const int fd = rig.accepted();
  rig.send(fd, 0, 10);
  rig.send(fd, 10, 10);
  rig.send(fd, 20, 10);
  EXPECT_EQ(rig.sent(), Lines{"P. 1:11(10) ack 1 win 65535"});
  rig.inject(kAck, 1, 11);
  EXPECT_EQ(rig.sent(), Lines{"P. 11:31(20) ack 1 win 65535"});
  rig.send(fd, 30, 10);
  EXPECT_EQ(rig.sent(), Lines{});
  rig.set(fd, IPPROTO_TCP, 1 /* TCP_NODELAY */, 1);
  EXPECT_EQ(rig.sent(), Lines{"P. 31:41(10) ack 1 win 65535"});
  rig.send(fd, 40, 10);
  EXPECT_EQ(rig.sent(), Lines{"P. 41:51(10) ack 1 win 65535"});
}

TEST(EngineTransfer, ThePeersWindowIsNeverOverrun) {
  Rig rig;
  const int fd = rig.accepted(3000);
  rig.send(fd, 0, 10'000);
  EXPECT_EQ(rig.sent(),
            (Lines{". 1:1461(1460) ack 1 win 65535", ". 1461:2921(1460) ack 1 win 65535"}));
  rig.inject(kAck, 1, 1461, 0, 3000);
  EXPECT_EQ(rig.sent(), Lines{". 2921:4381(1460) ack 1 win 65535"});
}

TEST(EngineTransfer, TheFirstFlightIsTenSegments) {
  Rig rig;
  const int fd = rig.accepted();
  rig.send(fd, 0, 60'000);
  EXPECT_EQ(rig.sent().size(), 10u);
  rig.inject(kAck, 1, 1461);
  EXPECT_EQ(rig.sent().size(), 2u) << "slow start";
}

TEST(EngineTransfer, AnOlderSegmentDoesNotChangeTheWindow) {
  Rig rig;
  rig.accepted();
  rig.inject(kAck, 11, 1, 10, 5000);
  rig.inject(kAck, 1, 1, 10, 3000);
  EXPECT_EQ(rig.status(StatusField::SendWindow), 5000);
  rig.inject(kAck, 21, 1, 0, 3000);
  EXPECT_EQ(rig.status(StatusField::SendWindow), 3000);
}

TEST(EngineTransfer, AClosedWindowIsProbedAndTheTransferGoesOn) {
  Rig rig;
  const int fd = rig.accepted(1000);
  rig.send(fd, 0, 3000);
  EXPECT_EQ(rig.sent(), Lines{". 1:1001(1000) ack 1 win 65535"});
  rig.inject(kAck, 1, 1001, 0, 0);
  const auto start = rig.now();
  rig.timed();
  std::vector<std::int64_t> seconds;
  for (int i = 0; i < 4; ++i) {
    rig.wait(*rig.timer());
    for (const auto& [at, line] : rig.timed()) {
      EXPECT_EQ(line, "P. 1001:1002(1) ack 1 win 65535");
      seconds.push_back((at - start) / 1s);
    }
    rig.inject(kAck, 1, 1001, 0, 0);
  }
  EXPECT_EQ(seconds, (std::vector<std::int64_t>{1, 3, 7, 15}));
  rig.inject(kAck, 1, 1001, 0, 1000);
  EXPECT_EQ(rig.sent(), Lines{". 1001:2001(1000) ack 1 win 65535"});
}

TEST(EngineTransfer, AWindowOfZeroIsBorneAsLongAsProbesAreAnswered) {
  Rig rig;
  const int fd = rig.accepted(1000);
  rig.send(fd, 0, 2000);
  rig.inject(kAck, 1, 1001, 0, 0);
  for (int i = 0; i < 100; ++i) {
    rig.wait(60s);
    rig.inject(kAck, 1, 1001, 0, 0);
  }
  EXPECT_EQ(rig.state(), "ESTABLISHED");
  rig.wait(2000s);
  EXPECT_EQ(rig.state(), "none");
  EXPECT_EQ(rig.send(fd, 0, 1), error(ETIMEDOUT));
}

TEST(EngineTransfer, AProbeThatWasTakenMovesOn) {
  Rig rig;
  const int fd = rig.accepted(1000);
  rig.send(fd, 0, 3000);
  rig.inject(kAck, 1, 1001, 0, 0);
  rig.wait(1s);
  rig.sent();
  rig.inject(kAck, 1, 1002, 0, 0);
  rig.wait(10s);
  EXPECT_EQ(rig.sent().at(0), "P. 1002:1003(1) ack 1 win 65535");
}

TEST(EngineTransfer, AShrunkWindowStopsNewTextOnly) {
  Rig rig;
  const int fd = rig.accepted();
  rig.send(fd, 0, 14'600);
  rig.sent();
  rig.inject(kAck, 1, 1461, 0, 1460);
  EXPECT_EQ(rig.sent(), Lines{});
  rig.wait(1s);
  EXPECT_EQ(rig.sent(), Lines{". 1461:2921(1460) ack 1 win 65535"}) << "inside the window";
}

// SHLD-17
TEST(EngineTransfer, WhatLiesBeyondAShrunkWindowEndsNothingWhileThePeerAnswers) {
  Rig rig;
  const int fd = rig.accepted();
  rig.send(fd, 0, 14'600);
  rig.inject(kAck, 1, 1461, 0, 500);
  rig.wait(10s);
  EXPECT_EQ(rig.sent().back(), ". 1461:1961(500) ack 1 win 65535");
  for (int i = 0; i < 500; ++i) {
    rig.inject(kAck, 1, 1961, 0, 0);
    rig.wait(10s);
  }
  EXPECT_EQ(rig.state(), "ESTABLISHED");
  rig.sent();
  rig.inject(kAck, 1, 1961, 0, 65'535);
  EXPECT_EQ(rig.sent().at(0), ". 1961:3421(1460) ack 1 win 65535");
}

// SHLD-27
TEST(EngineTransfer, WhatWasPushedPieceByPieceGoesOutInFullSegments) {
  Rig rig;
  const int fd = rig.accepted(0);
  rig.set(fd, IPPROTO_TCP, 1, 1);  // TCP_NODELAY
  for (std::uint64_t i = 0; i < 10; ++i) rig.send(fd, i * 300, 300);
  rig.sent();
  rig.inject(kAck, 1, 1);
  EXPECT_EQ(rig.sent(),
            (Lines{". 1:1461(1460) ack 1 win 65535", ". 1461:2921(1460) ack 1 win 65535",
                   "P. 2921:3001(80) ack 1 win 65535"}));
}

TEST(EngineTransfer, ATinyWindowIsUsedAfterTheOverrideTime) {
  Rig rig;
  const int fd = rig.accepted(4000);
  rig.set(fd, IPPROTO_TCP, 1, 1);
  rig.send(fd, 0, 2000);
  rig.inject(kAck, 1, 2001, 0, 50);
  rig.sent();
  rig.send(fd, 2000, 1000);
  EXPECT_EQ(rig.sent(), Lines{});
  rig.wait(200ms);
  EXPECT_EQ(rig.sent(), Lines{". 2001:2051(50) ack 1 win 65535"});
}

TEST(EngineTransfer, OurWindowClosesAndOpensAgainInOneStep) {
  Config config = config_of(kLocal);
  config.receive_buffer = 4000;
  config.ack_delay = {};
  Rig rig{config};
  const int fd = rig.accepted(65'535, Rig::mss(1000));
  for (std::uint32_t i = 0; i < 4; ++i) rig.inject(kAck, 1 + i * 1000, 1, 1000);
  EXPECT_EQ(rig.sent().back(), ". 1:1(0) ack 4001 win 0");
  rig.inject(kAck, 4001, 1, 1);
  EXPECT_EQ(rig.sent(), Lines{". 1:1(0) ack 4001 win 0"}) << "a probe is answered";
  rig.receive(fd, 500);
  EXPECT_EQ(rig.sent(), Lines{}) << "not worth telling";
  rig.receive(fd, 500);
  EXPECT_EQ(rig.sent(), Lines{". 1:1(0) ack 4001 win 1000"});
}

TEST(EngineTransfer, AClosedWindowStillTakesAcks) {
  Config config = config_of(kLocal);
  config.receive_buffer = 1000;
  Rig rig{config};
  const int fd = rig.accepted();
  rig.inject(kAck, 1, 1, 1000);
  rig.send(fd, 0, 100);
  rig.inject(kAck, 1001, 101, 1);
  EXPECT_EQ(rig.status(StatusField::SendUna), std::int64_t{rig.iss() + 101u});
}

TEST(EngineTransfer, AClosedWindowAnswersNoSegmentTwice) {
  Config config = config_of(kLocal);
  config.receive_buffer = 1000;
  Rig rig{config};
  rig.accepted();
  rig.inject(kAck, 1, 1, 1000);
  rig.sent();
  rig.inject(kAck, 1002, 5000);  // Behind a probe, and of what was never sent.
  EXPECT_EQ(rig.sent(), Lines{". 1:1(0) ack 1001 win 0"});
}

TEST(EngineTransfer, OurRightEdgeNeverMovesBack) {
  Rig rig;
  const int fd = rig.accepted();
  rig.set(fd, SOL_SOCKET, SO_RCVBUF, 1000);
  rig.inject(kAck, 1, 1, 1460);
  rig.inject(kAck, 1461, 1, 1460);
  EXPECT_EQ(rig.sent(), Lines{". 1:1(0) ack 2921 win 62615"});
  rig.inject(kAck, 60'001, 1, 1000);
  rig.sent();
  for (std::uint32_t at = 2921; at < 60'001; at += 1460) {
    rig.inject(kAck, at, 1, std::min<std::uint32_t>(1460, 60'001 - at));
  }
  EXPECT_EQ(rig.receive(fd), ok(61'000));
}

TEST(EngineTransfer, PeekLeavesTheTextWhereItIs) {
  Rig rig;
  const int fd = rig.accepted();
  rig.inject(kAck, 1, 1, 10);
  EXPECT_EQ(rig.receive(fd, 4, MSG_PEEK)->data, stream(1, 4));
  EXPECT_EQ(rig.receive(fd, 4)->data, stream(1, 4));
  EXPECT_EQ(rig.receive(fd, 100)->data, stream(5, 6));
}

TEST(EngineTransfer, BlockingCallsWaitForTextAndForRoom) {
  Config config = config_of(kLocal);
  config.send_buffer = 1000;
  Rig rig{config};
  const int fd = rig.accepted(500);
  rig.call(Op::Control, fd, {4, 0, 0});
  EXPECT_EQ(rig.receive(fd, 100), std::nullopt);
  const auto reading = rig.last_call();
  EXPECT_EQ(rig.send(fd, 0, 3000), std::nullopt);
  const auto writing = rig.last_call();
  rig.inject(kAck, 1, 1, 10, 500);
  EXPECT_EQ(rig.reply(reading)->data, stream(1, 10));
  for (std::uint32_t ack = 501; ack < 2001; ack += 500) rig.inject(kAck, 11, ack, 0, 500);
  EXPECT_EQ(rig.reply(writing), std::nullopt);
  rig.inject(kAck, 11, 2001, 0, 500);
  EXPECT_EQ(rig.reply(writing), ok(3000));
}

TEST(EngineTransfer, AFullBufferTakesAPartOrSaysAgain) {
  Config config = config_of(kLocal);
  config.send_buffer = 1000;
  Rig rig{config};
  const int fd = rig.accepted(0);
  EXPECT_EQ(rig.send(fd, 0, 1500), ok(1000));
  EXPECT_EQ(rig.send(fd, 0, 1), error(EAGAIN));
}

}  // namespace
}  // namespace harness::engine
