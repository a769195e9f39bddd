#include "tests/unit/engine/rig.h"

namespace harness::engine {
namespace {

using namespace test;
using wire::kAck;
using wire::kFin;
using wire::kPsh;
using wire::kSyn;

// A sender with ten segments of 1000 octets in flight, of twenty.
struct Sender : Rig {
  explicit Sender(Config config = config_of(kLocal)) : Rig(config) {
    fd = accepted(65'535, mss(1000));
    send(fd, 0, 20'000);
    EXPECT_EQ(sent().size(), 10u);
  }
  void duplicates(std::uint32_t ack, int times) {
    for (int i = 0; i < times; ++i) inject(kAck, 1, ack);
  }
  std::string first(std::uint32_t seq) const {
    return ". " + std::to_string(seq) + ":" + std::to_string(seq + 1000) + "(1000) ack 1 win 65535";
  }
  int fd = -1;
};

TEST(EngineRecovery, TheThirdDuplicateAckSendsTheMissingSegmentAgain) {
  Sender rig;
  rig.duplicates(1, 2);
  EXPECT_EQ(rig.sent(), (Lines{rig.first(10'001), rig.first(11'001)})) << "limited transmit";
  rig.duplicates(1, 1);
  EXPECT_EQ(rig.sent(), Lines{rig.first(1)});
  EXPECT_EQ(rig.status(StatusField::SendSsthresh), 5) << "of the ten in flight before";
}

TEST(EngineRecovery, LimitedTransmitCanBeSwitchedOff) {
  Config config = config_of(kLocal);
  config.limited_transmit = false;
  Sender rig{config};
  rig.duplicates(1, 2);
  EXPECT_EQ(rig.sent(), Lines{});
  rig.duplicates(1, 1);
  EXPECT_EQ(rig.sent(), Lines{rig.first(1)});
}

TEST(EngineRecovery, EachFurtherDuplicateLetsASegmentGoAndTheFullAckEndsIt) {
  Sender rig;
  rig.duplicates(1, 3);
  rig.sent();
  rig.duplicates(1, 4);  // 5 + 3 + 4 = 12 segments: as many as are out.
  EXPECT_EQ(rig.sent(), Lines{});
  rig.duplicates(1, 2);
  EXPECT_EQ(rig.sent(), (Lines{rig.first(12'001), rig.first(13'001)}));
  rig.inject(kAck, 1, 12'001);
  EXPECT_EQ(rig.status(StatusField::SendCwnd), 3) << "min(ssthresh, flight + 1)";
  EXPECT_EQ(rig.sent(), Lines{rig.first(14'001)});
  EXPECT_EQ(rig.status(StatusField::Retransmits), 0);
}

TEST(EngineRecovery, APartialAckSendsTheNextHoleAtOnce) {
  Sender rig;
  rig.duplicates(1, 3);
  rig.sent();
  rig.inject(kAck, 1, 3001);
  EXPECT_EQ(rig.sent().at(0), rig.first(3001));
  rig.inject(kAck, 1, 7001);
  EXPECT_EQ(rig.sent().at(0), rig.first(7001));
  rig.inject(kAck, 1, 12'001);
  EXPECT_EQ(rig.status(StatusField::TotalRetransmits), 3);
}

TEST(EngineRecovery, APartialAckThatOpensTheWindowSendsTheHoleOnce) {
  Rig rig;
  const int fd = rig.accepted();
  rig.send(fd, 0, 14'600);
  for (int i = 0; i < 3; ++i) rig.inject(kAck, 1, 1);
  rig.inject(kAck, 1, 1461, 0, 0);
  rig.sent();
  rig.inject(kAck, 1, 2921);
  const Lines sent = rig.sent();
  EXPECT_EQ(sent.at(0), ". 2921:4381(1460) ack 1 win 65535");
  EXPECT_EQ(sent.at(1), ". 4381:5841(1460) ack 1 win 65535");
}

TEST(EngineRecovery, TheTimerStartsAnewWithTheFastRetransmission) {
  Sender rig;
  rig.wait(900ms);
  rig.duplicates(1, 3);
  rig.sent();
  rig.wait(999ms);
  EXPECT_EQ(rig.sent(), Lines{});
  rig.wait(1ms);
  EXPECT_EQ(rig.sent(), Lines{rig.first(1)});
}

// MUST-58, MUST-59: all of a segment is taken before anything is sent because of it.
TEST(EngineRecovery, WhatAnAckSendsAgainTellsOfTheTextAndTheFinThatCameWithIt) {
  Sender rig;
  rig.duplicates(1, 3);
  rig.sent();
  rig.inject(kAck | kPsh, 1, 3001, 10);
  EXPECT_EQ(rig.sent().at(0), ". 3001:4001(1000) ack 11 win 65525");
  rig.inject(kAck | kFin, 11, 7001, 5);
  EXPECT_EQ(rig.sent().at(0), ". 7001:8001(1000) ack 17 win 65519");
}

TEST(EngineRecovery, DuplicatesAreCountedOnlyOfBareAcksWithTheSameWindow) {
  Sender rig;
  rig.inject(kAck, 1, 1, 0, 65'000);
  rig.inject(kAck, 1, 1, 0, 64'000);
  rig.inject(kAck, 1, 1, 0, 63'000);
  rig.inject(kAck | kPsh, 1, 1, 10, 63'000);
  rig.inject(kAck | kPsh, 11, 1, 10, 63'000);
  rig.inject(kAck | kPsh, 21, 1, 10, 63'000);
  for (const std::string& line : rig.sent()) EXPECT_NE(line.find("(0)"), std::string::npos) << line;
}

TEST(EngineRecovery, WhatATimeoutSentAgainWithoutNeedIsNoLoss) {
  Sender rig;
  rig.wait(1s);
  EXPECT_EQ(rig.sent(), Lines{rig.first(1)});
  rig.inject(kAck, 1, 9001);  // All but one segment was there.
  rig.sent();
  rig.duplicates(9001, 3);
  for (const std::string& line : rig.sent()) EXPECT_NE(line, rig.first(9001));
}

TEST(EngineRecovery, AfterATimeoutSlowStartBeginsAtOneSegment) {
  Sender rig;
  rig.wait(1s);
  EXPECT_EQ(rig.status(StatusField::SendCwnd), 1);
  EXPECT_EQ(rig.status(StatusField::SendSsthresh), 5);
  rig.sent();
  rig.inject(kAck, 1, 1001);
  EXPECT_EQ(rig.sent(), (Lines{rig.first(1001), rig.first(2001)}));
}

TEST(EngineRecovery, AnIdleSenderBeginsAgainAtTheInitialWindow) {
  for (const bool restart : {true, false}) {
    Config config = config_of(kLocal);
    config.restart_after_idle = restart;
    Rig rig{config};
    const int fd = rig.accepted(65'535, Rig::mss(1000));
    rig.send(fd, 0, 30'000);
    for (std::uint32_t ack = 1001; ack <= 30'001; ack += 1000) rig.inject(kAck, 1, ack);
    rig.sent();
    rig.wait(5s);
    rig.send(fd, 0, 30'000);
    EXPECT_EQ(rig.sent().size(), restart ? 10u : 30u);
  }
}

TEST(EngineRecovery, InAvoidanceAWindowOfAcksIsWorthOneSegment) {
  Sender rig;
  rig.wait(1s);  // ssthresh 5
  rig.send(rig.fd, 20'000, 40'000);
  std::uint32_t ack = 1;
  std::vector<std::int64_t> windows;
  for (int i = 0; i < 40; ++i) {
    rig.inject(kAck, 1, ack += 1000);
    windows.push_back(*rig.status(StatusField::SendCwnd));
  }
  EXPECT_EQ(windows[3], 5);
  EXPECT_EQ(windows[8], 6) << "five more";
  EXPECT_EQ(windows[14], 7) << "six more";
  EXPECT_EQ(windows[21], 8);
}

}  // namespace
}  // namespace harness::engine
