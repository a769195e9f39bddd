#include "tests/unit/engine/rig.h"

namespace harness::engine {
namespace {

using namespace test;
using wire::kAck;
using wire::kFin;
using wire::kPsh;
using wire::kRst;
using wire::kSyn;

const std::string kFinSegment = "F. 1:1(0) ack 1 win 65535";

TEST(EngineClose, WeCloseFirstInFourSegments) {
  Rig rig;
  const int fd = rig.accepted();
  EXPECT_EQ(rig.call(Op::Close, fd), ok());
  EXPECT_EQ(rig.sent(), Lines{kFinSegment});
  EXPECT_EQ(rig.state(), "FIN-WAIT-1");
  rig.inject(kAck, 1, 2);
  EXPECT_EQ(rig.state(), "FIN-WAIT-2");
  rig.inject(kFin | kAck, 1, 2);
  EXPECT_EQ(rig.sent(), Lines{". 2:2(0) ack 2 win 65534"});
  EXPECT_EQ(rig.state(), "TIME-WAIT");
  EXPECT_EQ(rig.timer(), 240s);
  rig.wait(240s);
  EXPECT_EQ(rig.state(), "none");
}

TEST(EngineClose, ThePeerClosesFirstInFourSegments) {
  Rig rig;
  const int fd = rig.accepted();
  rig.inject(kFin | kAck, 1, 1);
  EXPECT_EQ(rig.sent(), Lines{". 1:1(0) ack 2 win 65534"});
  EXPECT_EQ(rig.state(), "CLOSE-WAIT");
  EXPECT_EQ(rig.receive(fd), ok(0));
  EXPECT_EQ(rig.call(Op::Close, fd), ok());
  EXPECT_EQ(rig.sent(), Lines{"F. 1:1(0) ack 2 win 65534"});
  EXPECT_EQ(rig.state(), "LAST-ACK");
  rig.inject(kAck, 2, 2);
  EXPECT_EQ(rig.state(), "none");
  EXPECT_EQ(rig.next_deadline(), std::nullopt);
}

TEST(EngineClose, TheFinThatAcknowledgesOursGoesStraightToTimeWait) {
  Rig rig;
  rig.call(Op::Close, rig.accepted());
  rig.sent();
  rig.inject(kFin | kAck, 1, 2);
  EXPECT_EQ(rig.sent(), Lines{". 2:2(0) ack 2 win 65534"});
  EXPECT_EQ(rig.state(), "TIME-WAIT");
}

TEST(EngineClose, ASimultaneousClosePassesThroughClosing) {
  Rig rig;
  rig.call(Op::Close, rig.accepted());
  rig.sent();
  rig.inject(kFin | kAck, 1, 1);
  EXPECT_EQ(rig.sent(), Lines{". 2:2(0) ack 2 win 65534"});
  EXPECT_EQ(rig.state(), "CLOSING");
  rig.inject(kAck, 2, 1);
  rig.inject(kFin | kAck, 2, 1);
  EXPECT_EQ(rig.state(), "CLOSING");
  EXPECT_EQ(rig.sent(), Lines{}) << "ignored, as long as our FIN is not acknowledged";
  rig.inject(kFin | kAck, 1, 1);
  EXPECT_EQ(rig.sent(), Lines{". 2:2(0) ack 2 win 65534"}) << "the FIN again";
  rig.inject(kAck, 2, 2);
  EXPECT_EQ(rig.state(), "TIME-WAIT");
}

TEST(EngineClose, InClosingTheRestStillGoesOut) {
  Rig rig;
  const int fd = rig.accepted(1000);
  rig.send(fd, 0, 1500);
  rig.call(Op::Shutdown, fd, {SHUT_WR, 0, 0});
  rig.inject(kFin | kAck, 1, 1, 0, 1000);
  EXPECT_EQ(rig.state(), "CLOSING");
  rig.sent();
  rig.inject(kAck, 2, 1001, 0, 1000);
  EXPECT_EQ(rig.sent(), Lines{"FP. 1001:1501(500) ack 2 win 65534"});
  rig.inject(kAck, 2, 1502, 0, 1000);
  EXPECT_EQ(rig.state(), "TIME-WAIT");
}

TEST(EngineClose, AHalfClosedConnectionStillReceives) {
  Rig rig;
  const int fd = rig.accepted();
  EXPECT_EQ(rig.call(Op::Shutdown, fd, {SHUT_WR, 0, 0}), ok());
  EXPECT_EQ(rig.sent(), Lines{kFinSegment});
  EXPECT_EQ(rig.send(fd, 0, 10), error(EPIPE));
  rig.inject(kAck | kPsh, 1, 1, 100);
  EXPECT_EQ(rig.receive(fd), ok(100));
  rig.inject(kAck | kPsh, 101, 2, 100);
  EXPECT_EQ(rig.state(), "FIN-WAIT-2");
  EXPECT_EQ(rig.receive(fd), ok(100));
  rig.inject(kFin | kAck, 201, 2);
  EXPECT_EQ(rig.receive(fd), ok(0));
  EXPECT_EQ(rig.sent().back(), ". 2:2(0) ack 202 win 65334");
}

TEST(EngineClose, InCloseWaitWeStillSend) {
  Rig rig;
  const int fd = rig.accepted();
  rig.inject(kFin | kAck, 1, 1);
  rig.sent();
  EXPECT_EQ(rig.send(fd, 0, 100), ok(100));
  EXPECT_EQ(rig.sent(), Lines{"P. 1:101(100) ack 2 win 65534"});
  rig.call(Op::Close, fd);
  EXPECT_EQ(rig.sent(), Lines{"F. 101:101(0) ack 2 win 65534"});
}

TEST(EngineClose, AllThatWasSentGoesOutBeforeTheFin) {
  Rig rig;
  const int fd = rig.accepted(100);
  rig.send(fd, 0, 250);
  rig.call(Op::Close, fd);
  EXPECT_EQ(rig.state(), "FIN-WAIT-1");
  rig.inject(kAck, 1, 101, 0, 100);
  rig.inject(kAck, 1, 201, 0, 100);
  EXPECT_EQ(rig.sent(), (Lines{". 1:101(100) ack 1 win 65535", ". 101:201(100) ack 1 win 65535",
                               "FP. 201:251(50) ack 1 win 65535"}));
  rig.inject(kAck, 1, 252);
  EXPECT_EQ(rig.state(), "FIN-WAIT-2");
}

TEST(EngineClose, AFinWithTextDeliversBoth) {
  Rig rig;
  const int fd = rig.accepted();
  rig.inject(kFin | kPsh | kAck, 1, 1, 50);
  EXPECT_EQ(rig.sent(), Lines{". 1:1(0) ack 52 win 65484"});
  EXPECT_EQ(rig.receive(fd)->data, stream(1, 50));
  EXPECT_EQ(rig.receive(fd), ok(0));
  EXPECT_EQ(rig.receive(fd), ok(0));
}

TEST(EngineClose, AFinAheadOfMissingTextWaits) {
  Rig rig;
  rig.accepted();
  rig.inject(kFin | kAck, 11, 1);
  EXPECT_EQ(rig.sent(), Lines{". 1:1(0) ack 1 win 65535"});
  EXPECT_EQ(rig.state(), "ESTABLISHED");
  rig.inject(kAck, 1, 1, 10);
  EXPECT_EQ(rig.sent(), Lines{". 1:1(0) ack 12 win 65524"});
  EXPECT_EQ(rig.state(), "CLOSE-WAIT");
}

TEST(EngineClose, OfTextBehindAFinAndTheFinWhatIsInOrderFirstCounts) {
  for (const bool text_first : {true, false}) {
    Rig rig;
    const int fd = rig.accepted();
    if (text_first) rig.inject(kAck, 21, 1, 30);
    rig.inject(kFin | kAck, 11, 1, 20);  // At 31, and the text goes on to 51.
    if (!text_first) rig.inject(kAck, 21, 1, 30);
    rig.sent();
    rig.inject(kAck, 1, 1, 10);
    EXPECT_EQ(rig.sent(),
              Lines{text_first ? ". 1:1(0) ack 51 win 65485" : ". 1:1(0) ack 32 win 65504"});
    EXPECT_EQ(rig.state(), text_first ? "ESTABLISHED" : "CLOSE-WAIT");
    EXPECT_EQ(rig.receive(fd), ok(text_first ? 50 : 30));
    rig.inject(kAck, 51, 1, 10);
    EXPECT_EQ(rig.receive(fd), ok(text_first ? 10 : 0));
  }
}

TEST(EngineClose, TheFinGoesAgainUntilItIsAcknowledged) {
  Rig rig;
  rig.call(Op::Close, rig.accepted());
  rig.wait(4s);
  EXPECT_EQ(rig.sent(), (Lines{kFinSegment, kFinSegment, kFinSegment}));
}

// 9293-3.6-no-second-fin
TEST(EngineClose, ClosingAgainSendsNoSecondFin) {
  Rig rig;
  const int fd = rig.accepted();
  rig.call(Op::Shutdown, fd, {SHUT_WR});
  EXPECT_EQ(rig.sent().size(), 1u);
  rig.call(Op::Shutdown, fd, {SHUT_WR});
  rig.call(Op::Shutdown, fd, {SHUT_RDWR});
  EXPECT_EQ(rig.state(), "FIN-WAIT-1");
  rig.inject(kAck, 1, 2);
  EXPECT_EQ(rig.state(), "FIN-WAIT-2");
  rig.call(Op::Shutdown, fd, {SHUT_WR});
  rig.call(Op::Close, fd);
  EXPECT_EQ(rig.sent(), Lines{});
  EXPECT_EQ(rig.state(), "FIN-WAIT-2");
}

TEST(EngineClose, ClosingWithUnreadTextResets) {
  Rig rig;
  const int fd = rig.accepted();
  rig.inject(kAck, 1, 1, 10);
  rig.call(Op::Close, fd);
  EXPECT_EQ(rig.sent(), Lines{"R. 1:1(0) ack 11 win 0"});
  EXPECT_EQ(rig.state(), "none");
}

TEST(EngineClose, TextAfterCloseIsReset) {
  Rig rig;
  rig.call(Op::Close, rig.accepted());
  rig.inject(kAck, 1, 2);
  rig.sent();
  rig.inject(kAck, 1, 2, 10);
  EXPECT_EQ(rig.sent(), Lines{"R. 2:2(0) ack 1 win 0"});
  EXPECT_EQ(rig.state(), "none");
}

TEST(EngineClose, AbortAndLingerZeroReset) {
  for (const bool lingering : {false, true}) {
    Rig rig;
    const int fd = rig.accepted();
    if (lingering) rig.linger(fd, 0);
    rig.call(lingering ? Op::Close : Op::Abort, fd);
    EXPECT_EQ(rig.sent(), Lines{"R. 1:1(0) ack 1 win 0"});
    EXPECT_EQ(rig.state(), "none");
  }
}

TEST(EngineClose, ALingeringCloseIsAnsweredWhenAllIsAcknowledged) {
  Rig rig;
  const int fd = rig.accepted();
  rig.linger(fd, 5);
  EXPECT_EQ(rig.call(Op::Close, fd), std::nullopt);
  const auto id = rig.last_call();
  rig.inject(kAck, 1, 2);
  EXPECT_EQ(rig.reply(id), ok());
  EXPECT_EQ(rig.state(), "FIN-WAIT-2");
}

TEST(EngineClose, ALingeringCloseEndsWithItsTime) {
  Rig rig;
  const int fd = rig.accepted();
  rig.linger(fd, 5);
  rig.call(Op::Close, fd);
  const auto id = rig.last_call();
  rig.wait(4900ms);
  EXPECT_EQ(rig.reply(id), std::nullopt);
  rig.wait(200ms);
  EXPECT_EQ(rig.reply(id), ok());
  EXPECT_EQ(rig.state(), "FIN-WAIT-1");
}

TEST(EngineClose, FinWait2EndsWithoutAnOwnerButNotWithOne) {
  Rig rig;
  const int fd = rig.accepted();
  rig.call(Op::Shutdown, fd, {SHUT_WR, 0, 0});
  rig.inject(kAck, 1, 2);
  rig.wait(1000s);
  EXPECT_EQ(rig.state(), "FIN-WAIT-2");
  rig.call(Op::Close, fd);
  rig.wait(59s);
  EXPECT_EQ(rig.state(), "FIN-WAIT-2");
  rig.wait(2s);
  EXPECT_EQ(rig.state(), "none");
}

TEST(EngineClose, CloseInSynSentLeavesNothing) {
  Rig rig;
  const int fd = rig.socket();
  rig.connect(fd);
  rig.sent();
  rig.call(Op::Close, fd);
  EXPECT_EQ(rig.state(), "none");
  EXPECT_EQ(rig.sent(), Lines{});
  EXPECT_EQ(rig.next_deadline(), std::nullopt);
}

TEST(EngineClose, CloseInSynReceivedWaitsForTheHandshake) {
  Rig rig;
  const int fd = rig.socket();
  rig.connect(fd);
  rig.inject(kSyn, 0);
  rig.call(Op::Close, fd);
  rig.sent();
  rig.inject(kAck, 1, 1);
  EXPECT_EQ(rig.state(), "FIN-WAIT-1");
  EXPECT_EQ(rig.sent(), Lines{kFinSegment});
}

TEST(EngineClose, AClosedListenerResetsWhatWasNotAccepted) {
  Rig rig;
  const int listener = rig.listen();
  rig.inject(kSyn, 0);
  rig.inject(kAck, 1, 1);
  rig.sent();
  rig.call(Op::Close, listener);
  EXPECT_EQ(rig.sent(), Lines{"R. 1:1(0) ack 1 win 0"});
  EXPECT_EQ(rig.next_deadline(), std::nullopt);
}

TEST(EngineClose, AClosedListenerForgetsHalfOpenConnections) {
  Rig rig;
  const int listener = rig.listen();
  rig.inject(kSyn, 0);
  rig.call(Op::Close, listener);
  EXPECT_EQ(rig.state(), "none");
  EXPECT_EQ(rig.next_deadline(), std::nullopt);
}

class EngineTimeWait : public testing::Test {
 protected:
  void SetUp() override {
    rig_.call(Op::Close, rig_.accepted());
    rig_.inject(kFin | kAck, 1, 2);
    rig_.sent();
    ASSERT_EQ(rig_.state(), "TIME-WAIT");
  }
  Rig rig_;
};

TEST_F(EngineTimeWait, ARepeatedFinIsAcknowledgedAndStartsItAgain) {
  rig_.wait(200s);
  rig_.inject(kFin | kAck, 1, 2);
  EXPECT_EQ(rig_.sent(), Lines{". 2:2(0) ack 2 win 65534"});
  EXPECT_EQ(rig_.timer(), 240s);
  rig_.inject(kFin | kAck, 1, 2);
  EXPECT_EQ(rig_.sent(), Lines{". 2:2(0) ack 2 win 65534"}) << "each time";
  rig_.wait(239s);
  EXPECT_EQ(rig_.state(), "TIME-WAIT");
  rig_.wait(2s);
  EXPECT_EQ(rig_.state(), "none");
}

TEST_F(EngineTimeWait, APureAckIsNoReasonToSpeak) {
  rig_.inject(kAck, 2, 2);
  EXPECT_EQ(rig_.sent(), Lines{});
}

TEST_F(EngineTimeWait, OldTextIsAcknowledgedAndNobodyGetsIt) {
  rig_.inject(kAck, 1, 2, 0);
  rig_.inject(kAck | kPsh, 0xFFFF'FFF0, 2, 10);
  EXPECT_EQ(rig_.sent(), (Lines{". 2:2(0) ack 2 win 65534", ". 2:2(0) ack 2 win 65534"}));
  EXPECT_EQ(rig_.state(), "TIME-WAIT");
}

TEST_F(EngineTimeWait, AnExactResetEndsIt) {
  rig_.inject(kRst, 3);
  EXPECT_EQ(rig_.state(), "TIME-WAIT");
  rig_.inject(kRst, 2);
  EXPECT_EQ(rig_.state(), "none");
}

TEST_F(EngineTimeWait, AHigherSynOpensANewConnectionAboveTheOld) {
  const std::uint32_t old_iss = rig_.iss();
  rig_.inject(kSyn, 1000, 0, 0, 65'535, Rig::mss(1460));
  EXPECT_EQ(rig_.state(), "SYN-RECEIVED");
  EXPECT_LT(rig_.iss() - (old_iss + 2), 0x8000'0000u);
  rig_.inject(kAck, 1001, 1);
  EXPECT_EQ(rig_.state(), "ESTABLISHED");
}

TEST_F(EngineTimeWait, AnOldDuplicateSynLeavesTimeWaitAsItWas) {
  rig_.wait(100s);
  const std::uint32_t old_iss = rig_.iss();
  rig_.inject(kSyn, 1000);
  ASSERT_EQ(rig_.state(), "SYN-RECEIVED");
  rig_.inject(kRst, 1001);
  EXPECT_EQ(rig_.state(), "TIME-WAIT");
  EXPECT_EQ(rig_.status(StatusField::SendNxt), std::int64_t{old_iss + 2u});
  EXPECT_EQ(rig_.timer(), 140s);
}

TEST_F(EngineTimeWait, ALowerSynIsAcknowledged) {
  rig_.inject(kSyn, 1);
  EXPECT_EQ(rig_.sent(), Lines{". 2:2(0) ack 2 win 65534"});
  EXPECT_EQ(rig_.state(), "TIME-WAIT");
}

}  // namespace
}  // namespace harness::engine
