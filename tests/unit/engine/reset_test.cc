#include "tests/unit/engine/rig.h"

namespace harness::engine {
namespace {

using namespace test;
using wire::kAck;
using wire::kFin;
using wire::kPsh;
using wire::kRst;
using wire::kSyn;

const std::string kChallenge = ". 1:1(0) ack 1 win 65535";

TEST(EngineReset, OnlyTheExactNumberResets) {
  struct Row {
    std::uint32_t seq;
    bool resets, challenged;
  };
  for (const wire::Flags flags : {kRst, kRst | kAck}) {
    for (const Row& row :
         {Row{1, true, false}, Row{2, false, true}, Row{65'535, false, true},
          Row{65'536, false, false}, Row{0, false, false}, Row{0x8000'0000, false, false}}) {
      Rig rig;
      const int fd = rig.accepted();
      rig.inject(flags, row.seq, 77);
      EXPECT_EQ(rig.state(), row.resets ? "none" : "ESTABLISHED") << row.seq;
      EXPECT_EQ(rig.sent(), row.challenged ? Lines{kChallenge} : Lines{}) << row.seq;
      if (!row.resets) continue;
      EXPECT_EQ(rig.receive(fd), error(ECONNRESET));
      EXPECT_EQ(rig.receive(fd), ok(0));
      EXPECT_EQ(rig.send(fd, 0, 1), error(EPIPE));
    }
  }
}

TEST(EngineReset, ARstWithTextOnTopResetsToo) {
  Rig rig;
  rig.accepted();
  rig.inject(kRst, 1, 0, 20);
  EXPECT_EQ(rig.state(), "none");
}

TEST(EngineReset, AClosedWindowStillTakesARst) {
  Config config = config_of(kLocal);
  config.receive_buffer = 1000;
  Rig rig{config};
  rig.accepted();
  rig.inject(kAck, 1, 1, 1000);
  EXPECT_EQ(rig.sent(), Lines{}) << "delayed";
  rig.inject(kRst, 1001, 0, 20);
  EXPECT_EQ(rig.state(), "none");
}

TEST(EngineReset, WhoWaitsIsTold) {
  Rig rig;
  const int fd = rig.accepted();
  rig.call(Op::Control, fd, {4, 0, 0});  // Blocking.
  rig.receive(fd);
  const auto id = rig.last_call();
  rig.inject(kRst, 1);
  EXPECT_EQ(rig.reply(id), error(ECONNRESET));
}

TEST(EngineReset, TextThatCameBeforeTheResetCanBeRead) {
  Rig rig;
  const int fd = rig.accepted();
  rig.inject(kAck, 1, 1, 10);
  rig.inject(kRst, 11);
  EXPECT_EQ(rig.receive(fd), ok(10));
  EXPECT_EQ(rig.receive(fd), error(ECONNRESET));
}

TEST(EngineReset, ASynIsChallengedWhereverItIs) {
  for (const wire::Flags flags : {kSyn, kSyn | kAck, kSyn | kFin}) {
    for (const std::uint32_t seq : {0u, 1u, 101u, 65'546u, 0xFFFF'0000u}) {
      Rig rig;
      rig.accepted();
      rig.inject(flags, seq, 1);
      EXPECT_EQ(rig.sent(), Lines{kChallenge}) << print(flags) << ' ' << seq;
      EXPECT_EQ(rig.state(), "ESTABLISHED");
    }
  }
}

TEST(EngineReset, AHalfOpenConnectionIsFoundAndReset) {
  Rig rig;  // RFC 9293, figure 9
  const int fd = rig.accepted();
  rig.inject(kSyn, 0x1234'5678);
  EXPECT_EQ(rig.sent(), Lines{kChallenge});
  rig.inject(kRst, 1);
  EXPECT_EQ(rig.receive(fd), error(ECONNRESET));
}

TEST(EngineReset, ChallengesAreThrottled) {
  Rig rig;
  rig.accepted();
  for (int i = 0; i < 100; ++i) rig.inject(kRst, 2);
  EXPECT_EQ(rig.sent().size(), 10u);
  rig.wait(5s);
  rig.inject(kRst, 2);
  EXPECT_EQ(rig.sent().size(), 1u);
}

// RFC5961-7-b
TEST(EngineReset, HowManyChallengesAreAllowedCanBeTold) {
  Config config = config_of(kLocal);
  config.challenge_acks = 3;
  config.challenge_period = 1s;
  Rig rig{config};
  rig.accepted();
  for (int i = 0; i < 100; ++i) rig.inject(kRst, 2);
  EXPECT_EQ(rig.sent().size(), 3u);
  rig.wait(1s);
  rig.inject(kRst, 2);
  EXPECT_EQ(rig.sent().size(), 1u);
}

TEST(EngineReset, AckOutsideTheRangeIsAnsweredAndItsTextDropped) {
  Rig rig;
  const int fd = rig.accepted(1000);
  for (const std::uint32_t ack : {2u, 1001u, 0u - 1000u, 0x8000'0000u}) {
    rig.inject(kAck | kPsh, 1, ack, 20);
    EXPECT_EQ(rig.sent(), Lines{kChallenge}) << ack;
    EXPECT_EQ(rig.receive(fd), error(EAGAIN));
  }
  rig.inject(kAck | kFin, 1, 1u - 1001u);  // RFC5961-5.2-d: a FIN no more than text.
  EXPECT_EQ(rig.sent(), Lines{kChallenge});
  EXPECT_EQ(rig.state(), "ESTABLISHED");
  rig.inject(kAck | kPsh, 1, 1u - 1000u, 20);
  EXPECT_EQ(rig.receive(fd), ok(20)) << "the oldest that MAX.SND.WND allows";
}

struct Unacceptable {
  std::uint32_t seq;
  std::size_t octets;
  wire::Flags flags;
};

TEST(EngineReset, ASegmentOutsideTheWindowIsAcknowledgedAndDropped) {
  for (const auto& [seq, octets, flags] :
       {Unacceptable{0, 0, kAck}, Unacceptable{0, 1, kAck}, Unacceptable{0u - 20, 20, kAck | kPsh},
        Unacceptable{65'536, 0, kAck}, Unacceptable{65'546, 20, kAck},
        Unacceptable{0, 0, kFin | kAck}, Unacceptable{65'536, 0, wire::Flags{}}}) {
    Rig rig;
    const int fd = rig.accepted();
    rig.inject(flags, seq, 1, octets);
    EXPECT_EQ(rig.sent(), Lines{kChallenge}) << seq << " (" << octets << ")";
    EXPECT_EQ(rig.receive(fd), error(EAGAIN));
    EXPECT_EQ(rig.state(), "ESTABLISHED");
  }
}

TEST(EngineReset, TwoHostsOutOfStepDoNotTalkForEver) {
  Rig rig;
  rig.accepted();
  for (int i = 0; i < 50; ++i) rig.inject(kAck, 0, 1);
  EXPECT_EQ(rig.sent().size(), 1u);
}

TEST(EngineReset, WithoutAckNothingCounts) {
  for (const wire::Flags flags : {wire::Flags{}, kPsh, kFin, kFin | kPsh | wire::kUrg}) {
    Rig rig;
    const int fd = rig.accepted();
    rig.inject(flags, 1, 0, 20);
    EXPECT_EQ(rig.sent(), Lines{});
    EXPECT_EQ(rig.receive(fd), error(EAGAIN));
    EXPECT_EQ(rig.state(), "ESTABLISHED");
  }
}

TEST(EngineReset, AnOldAckIsIgnored) {
  Rig rig;
  const int fd = rig.accepted();
  rig.send(fd, 0, 100);
  rig.inject(kAck, 1, 101);
  rig.sent();
  rig.inject(kAck, 1, 51);
  EXPECT_EQ(rig.sent(), Lines{});
  EXPECT_EQ(rig.status(StatusField::SendUna), std::int64_t{rig.iss() + 101u});
}

}  // namespace
}  // namespace harness::engine
