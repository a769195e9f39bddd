#include "tests/unit/engine/rig.h"

namespace harness::engine {
namespace {

using namespace test;
using wire::kAck;
using wire::kRst;
using wire::kSyn;

std::vector<std::int64_t> milliseconds(const std::vector<Rig::Timed>& sent, clock::Instant from) {
  std::vector<std::int64_t> at;
  for (const auto& one : sent) at.push_back((one.at - from) / 1ms);
  return at;
}

TEST(EngineRetransmission, TheHeadOfTheQueueGoesAgainAfterDoublingTimes) {
  Rig rig;
  const int fd = rig.accepted();
  const auto start = rig.now();
  rig.send(fd, 0, 2920);
  EXPECT_EQ(rig.sent().size(), 2u);
  rig.timed();
  rig.wait(20s);
  const auto sent = rig.timed();
  EXPECT_EQ(milliseconds(sent, start), (std::vector<std::int64_t>{1000, 3000, 7000, 15'000}));
  for (const auto& one : sent) EXPECT_EQ(one.line, ". 1:1461(1460) ack 1 win 65535");
}

TEST(EngineRetransmission, TheTimeoutFollowsRfc6298) {
  // R, and the RTO it leads to with what came before; G is 1 ms and the least 1 s.
  struct Row {
    clock::Duration r;
    std::int64_t srtt, rttvar, rto;  // Microseconds.
  };
  Rig rig;
  const int fd = rig.accepted();
  std::uint32_t at = 1;
  // The handshake took no time: SRTT is the least there is.
  for (const Row& row :
       {Row{800ms, 100'000, 200'000, 1'000'000}, Row{800ms, 187'500, 325'000, 1'487'500},
        Row{1200ms, 314'062, 496'875, 2'301'562}}) {
    rig.send(fd, at - 1, 10);
    rig.wait(row.r);
    at += 10;
    rig.inject(kAck, 1, at);
    EXPECT_EQ(rig.status(StatusField::Rtt), row.srtt);
    EXPECT_EQ(rig.status(StatusField::RttVariance), row.rttvar);
    EXPECT_EQ(rig.status(StatusField::Rto), row.rto);
  }
}

// RFC6298-2.2: SRTT = R, RTTVAR = R/2, RTO = SRTT + 4 * RTTVAR.
TEST(EngineRetransmission, TheFirstSampleSetsAll) {
  Rig rig;
  rig.listen();
  rig.inject(kSyn, 0);
  rig.wait(800ms);
  rig.inject(kAck, 1, 1);
  EXPECT_EQ(rig.status(StatusField::Rtt), 800'000);
  EXPECT_EQ(rig.status(StatusField::RttVariance), 400'000);
  EXPECT_EQ(rig.status(StatusField::Rto), 2'400'000);
}

// RFC6298-2.5
TEST(EngineRetransmission, TheTimeoutStopsGrowingAtAMinute) {
  Rig rig;
  const int fd = rig.accepted();
  const auto start = rig.now();
  rig.send(fd, 0, 10);
  rig.timed();
  rig.wait(300s);
  EXPECT_EQ(milliseconds(rig.timed(), start),
            (std::vector<std::int64_t>{1000, 3000, 7000, 15'000, 31'000, 63'000, 123'000, 183'000,
                                       243'000}));
}

// SHLD-9, SHLD-10, SHLD-20
TEST(EngineRetransmission, AtR1WhoAskedIsToldAndTheConnectionStays) {
  for (const bool asked : {true, false}) {
    Rig rig;
    const int fd = rig.accepted();
    if (asked) rig.set(fd, IPPROTO_IP, IP_RECVERR, 1);
    rig.send(fd, 0, 10);
    rig.wait(6999ms);
    EXPECT_EQ(rig.option(fd, SOL_SOCKET, SO_ERROR), 0) << "after two retransmissions";
    rig.wait(1ms);
    EXPECT_EQ(rig.option(fd, SOL_SOCKET, SO_ERROR), asked ? ETIMEDOUT : 0);
    EXPECT_EQ(rig.state(), "ESTABLISHED");
  }
}

TEST(EngineRetransmission, ARetransmittedSegmentGivesNoSample) {
  Rig rig;
  const int fd = rig.accepted();
  rig.send(fd, 0, 10);
  const auto rtt = rig.status(StatusField::Rtt);
  rig.wait(1500ms);
  rig.inject(kAck, 1, 11);
  EXPECT_EQ(rig.status(StatusField::Rtt), rtt);
  EXPECT_EQ(rig.status(StatusField::Rto), 2'000'000) << "until there is a sample again";
  rig.send(fd, 10, 10);
  rig.wait(100ms);
  rig.inject(kAck, 1, 21);
  EXPECT_EQ(rig.status(StatusField::Rto), 1'000'000);
}

TEST(EngineRetransmission, TheTimerStartsAgainWithEachAckOfNewText) {
  Rig rig;
  const int fd = rig.accepted();
  rig.send(fd, 0, 2920);
  rig.wait(900ms);
  rig.inject(kAck, 1, 1461);
  EXPECT_EQ(rig.timer(), 1012500us) << "from here, with a sample of 0.9 s";
  rig.inject(kAck, 1, 2921);
  EXPECT_EQ(rig.timer(), std::nullopt);
}

TEST(EngineRetransmission, AfterATimeoutTheRestGoesAgainAsAcksCome) {
  Rig rig;
  const int fd = rig.accepted();
  rig.send(fd, 0, 5840);
  rig.sent();
  rig.wait(1s);
  EXPECT_EQ(rig.sent(), Lines{". 1:1461(1460) ack 1 win 65535"});
  rig.inject(kAck, 1, 1461);
  EXPECT_EQ(rig.sent(),
            (Lines{". 1461:2921(1460) ack 1 win 65535", ". 2921:4381(1460) ack 1 win 65535"}));
  rig.inject(kAck, 1, 5841);
  EXPECT_EQ(rig.sent(), Lines{});
  EXPECT_EQ(rig.timer(), std::nullopt);
}

TEST(EngineRetransmission, ALostSynMakesTheFirstTimeoutThreeSeconds) {
  Rig rig;
  const int listener = rig.listen();
  rig.inject(kSyn, 0, 0, 0, 65'535, Rig::mss(1000));
  rig.wait(1s);
  rig.inject(kAck, 1, 1);
  rig.call(Op::Accept, listener);
  rig.sent();
  rig.send(4, 0, 5000);
  EXPECT_EQ(rig.sent().size(), 1u) << "one segment, too";
  EXPECT_EQ(rig.timer(), 3s);
}

TEST(EngineRetransmission, TheConnectionEndsAfterR2) {
  Rig rig;
  rig.world("net.ipv4.tcp_retries2=3");
  const int fd = rig.accepted();
  rig.send(fd, 0, 10);
  rig.sent();
  rig.wait(14'999ms);
  EXPECT_EQ(rig.sent().size(), 3u);
  EXPECT_EQ(rig.state(), "ESTABLISHED");
  rig.wait(1ms);
  EXPECT_EQ(rig.state(), "none");
  EXPECT_EQ(rig.receive(fd), error(ETIMEDOUT));
  EXPECT_EQ(rig.next_deadline(), std::nullopt);
}

TEST(EngineRetransmission, ByDefaultItLastsLongerThanAHundredSeconds) {
  Rig rig;
  const int fd = rig.accepted();
  rig.send(fd, 0, 10);
  rig.wait(100s);
  EXPECT_EQ(rig.state(), "ESTABLISHED");
}

TEST(EngineRetransmission, AUserTimeoutEndsItEarlierUnlessThereIsProgress) {
  Rig rig;
  const int fd = rig.accepted();
  rig.set(fd, IPPROTO_TCP, 18 /* TCP_USER_TIMEOUT */, 5000);
  rig.send(fd, 0, 2920);
  rig.wait(4s);
  rig.inject(kAck, 1, 1461);
  rig.wait(4900ms);
  EXPECT_EQ(rig.state(), "ESTABLISHED");
  rig.wait(200ms);
  EXPECT_EQ(rig.state(), "none");
  EXPECT_EQ(rig.receive(fd), error(ETIMEDOUT));
}

TEST(EngineRetransmission, SynRetriesCanBeSetForOneSocket) {
  Rig rig;
  const int fd = rig.socket(false);
  rig.set(fd, IPPROTO_TCP, 7 /* TCP_SYNCNT */, 1);
  const auto start = rig.now();
  rig.connect(fd);
  const auto id = rig.last_call();
  rig.wait(10s);
  EXPECT_EQ(rig.reply(id), error(ETIMEDOUT));
  EXPECT_EQ(milliseconds(rig.timed(), start), (std::vector<std::int64_t>{0, 1000}));
}

class EngineKeepAlive : public testing::Test {
 protected:
  void SetUp() override {
    rig_.world("net.ipv4.tcp_keepalive_time=100");
    rig_.world("net.ipv4.tcp_keepalive_intvl=10");
    rig_.world("net.ipv4.tcp_keepalive_probes=3");
    fd_ = rig_.accepted();
    start_ = rig_.now();
  }
  void on() { EXPECT_EQ(rig_.set(fd_, SOL_SOCKET, SO_KEEPALIVE, 1), ok()); }

  Rig rig_;
  int fd_ = 0;
  clock::Instant start_;
};

TEST_F(EngineKeepAlive, IsOffByDefault) {
  rig_.wait(100'000s);
  EXPECT_EQ(rig_.sent(), Lines{});
}

TEST_F(EngineKeepAlive, ProbesCarryNothingAndTheNumberBefore) {
  on();
  rig_.wait(100s);
  EXPECT_EQ(rig_.sent(), Lines{". 0:0(0) ack 1 win 65535"});
  rig_.inject(kAck, 1, 1);
  rig_.wait(99s);
  EXPECT_EQ(rig_.sent(), Lines{});
  rig_.wait(1s);
  EXPECT_EQ(rig_.sent().size(), 1u);
}

TEST_F(EngineKeepAlive, OneLostProbeEndsNothingAllLostDo) {
  on();
  rig_.wait(110s);
  rig_.inject(kAck, 1, 1);
  rig_.timed();
  start_ = rig_.now();
  rig_.wait(200s);
  const auto sent = rig_.timed();
  EXPECT_EQ(milliseconds(sent, start_),
            (std::vector<std::int64_t>{100'000, 110'000, 120'000, 130'000}));
  EXPECT_EQ(sent.back().line, "R. 1:1(0) ack 1 win 0");
  EXPECT_EQ(rig_.receive(fd_), error(ETIMEDOUT));
}

TEST_F(EngineKeepAlive, AResetInAnswerIsAReset) {
  on();
  rig_.wait(100s);
  rig_.inject(kRst, 1);
  EXPECT_EQ(rig_.receive(fd_), error(ECONNRESET));
}

TEST_F(EngineKeepAlive, TextPutsItOffAndTextInFlightForbidsIt) {
  on();
  rig_.wait(90s);
  rig_.inject(kAck, 1, 1, 10);
  rig_.wait(90s);
  EXPECT_EQ(rig_.sent(), Lines{". 1:1(0) ack 11 win 65525"});
  rig_.send(fd_, 0, 10);
  rig_.wait(15s);
  for (const std::string& line : rig_.sent()) {
    EXPECT_EQ(line, "P. 1:11(10) ack 11 win 65525");
  }
}

// MUST-26: whatever came of data and acknowledgments, new or not.
TEST_F(EngineKeepAlive, DuplicatesPutItOffToo) {
  on();
  rig_.inject(kAck, 1, 1, 10);
  rig_.wait(90s);
  rig_.inject(kAck, 1, 1, 10);
  rig_.wait(99s);
  EXPECT_EQ(rig_.sent(), (Lines(2, ". 1:1(0) ack 11 win 65525")));
  rig_.wait(1s);
  EXPECT_EQ(rig_.sent(), Lines{". 0:0(0) ack 11 win 65525"});
}

TEST_F(EngineKeepAlive, IsSetForEachSocketAlone) {
  rig_.set(fd_, IPPROTO_TCP, 4 /* TCP_KEEPIDLE */, 1);
  rig_.set(fd_, IPPROTO_TCP, 5 /* TCP_KEEPINTVL */, 2);
  rig_.set(fd_, IPPROTO_TCP, 6 /* TCP_KEEPCNT */, 1);
  on();
  rig_.wait(4s);
  EXPECT_EQ(milliseconds(rig_.timed(), start_), (std::vector<std::int64_t>{1000, 3000}));
}

}  // namespace
}  // namespace harness::engine
