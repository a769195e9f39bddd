#include "tests/unit/engine/rig.h"

namespace harness::engine {
namespace {

using namespace test;
using wire::kAck;
using wire::kPsh;
using wire::kSyn;

Config scaled(std::uint32_t receive_buffer_most = 1 << 20) {
  Config config = config_of(kLocal);
  config.timestamps = false;
  config.receive_buffer_most = receive_buffer_most;
  return config;
}

base::Bytes mss_and_scale(std::uint8_t shift) {
  base::Bytes options = Rig::mss(1460);
  for (const int octet : {1, 3, 3}) options.push_back(static_cast<std::byte>(octet));
  options.push_back(std::byte{shift});
  return options;
}

TEST(EngineWindowScale, ASynWithTheOptionIsAnsweredByOneWithIt) {
  Rig rig{scaled()};
  rig.listen();
  rig.inject(kSyn, 0, 0, 0, 65'535, mss_and_scale(3));
  EXPECT_EQ(rig.sent(), Lines{"S. 0:0(0) ack 1 win 65535 <mss 1460,nop,wscale 5>"});
}

TEST(EngineWindowScale, ASynWithoutTheOptionIsAnsweredWithout) {
  Rig rig{scaled()};
  rig.listen();
  rig.inject(kSyn, 0, 0, 0, 65'535, Rig::mss(1460));
  EXPECT_EQ(rig.sent(), Lines{"S. 0:0(0) ack 1 win 65535 <mss 1460>"});
}

TEST(EngineWindowScale, ThePeersWindowIsScaledBehindItsSynAndAboveFourteenMeansFourteen) {
  for (const auto& [shift, scale] : {std::pair{3, 3}, {14, 14}, {15, 14}, {255, 14}, {0, 0}}) {
    Rig rig{scaled()};
    rig.listen();
    rig.inject(kSyn, 0, 0, 0, 1000, mss_and_scale(static_cast<std::uint8_t>(shift)));
    EXPECT_EQ(rig.status(StatusField::SendWindow), 1000) << "a SYN's is not";
    rig.inject(kAck, 1, 1, 0, 1000);
    EXPECT_EQ(rig.status(StatusField::SendWindow), 1000 << scale);
  }
}

TEST(EngineWindowScale, OnAnySegmentButASynTheOptionMeansNothing) {
  Rig rig{scaled()};
  rig.accepted(1000, mss_and_scale(2));
  rig.inject(kAck, 1, 1, 0, 500, {std::byte{3}, std::byte{3}, std::byte{9}, std::byte{1}});
  EXPECT_EQ(rig.status(StatusField::SendWindow), 2000);
}

TEST(EngineWindowScale, WithoutItInTheAnswerNeitherSideScales) {
  Rig rig{scaled()};
  const int fd = rig.socket();
  rig.connect(fd);
  EXPECT_EQ(rig.sent(), Lines{"S 0:0(0) win 65535 <mss 1460,nop,wscale 5>"});
  rig.inject(kSyn | kAck, 0, 1, 0, 1000, Rig::mss(1460));
  EXPECT_EQ(rig.sent(), Lines{". 1:1(0) ack 1 win 65535"});
  rig.inject(kAck, 1, 1, 0, 2000);
  EXPECT_EQ(rig.status(StatusField::SendWindow), 2000);
}

TEST(EngineWindowScale, OurWindowIsSentScaledAndItsEdgeKeptWhole) {
  Rig rig{scaled()};
  const int fd = rig.accepted(65'535, mss_and_scale(0));
  rig.inject(kAck, 1, 1, 1000);
  rig.inject(kAck, 1001, 1, 1460);
  rig.inject(kAck, 2461, 1, 1460);
  // 65,535 - 3,920 = 61,615 octets are left, of which 61,600 can be said.
  EXPECT_EQ(rig.sent().back(), ". 1:1(0) ack 3921 win 1925");
  EXPECT_EQ(rig.status(StatusField::ReceiveWindow), 61'615);
  rig.inject(kAck | kPsh, 3921 + 61'605, 1, 10);
  EXPECT_EQ(rig.sent(), Lines{". 1:1(0) ack 3921 win 1925"});
  for (std::uint32_t at = 3921; at < 65'526; at += 1460) {
    rig.inject(kAck, at, 1, std::min(1460u, 65'526 - at));
  }
  EXPECT_EQ(rig.receive(fd), ok(65'535)) << "what lies within the window as first told is taken";
}

// RFC7323-2.4-a: the edge as it can be said moves back by less than 2^shift.
TEST(EngineWindowScale, AnEdgeThatMovesBackByLessThanTheScaleStallsNothing) {
  Rig rig{scaled()};
  const int fd = rig.accepted(1000, mss_and_scale(3));
  rig.send(fd, 0, 60'000);
  rig.sent();
  // 8 * 183 = 1464: the edge moves back by 3 octets, and then on by a whole segment.
  for (std::uint32_t ack = 1462; ack < 40'000; ack += 1461) {
    rig.inject(kAck, 1, ack, 0, 1000 - 183);
    EXPECT_EQ(rig.sent(), Lines{});
    rig.inject(kAck, 1, ack, 0, 1000);
    EXPECT_EQ(rig.sent().size(), 1u);
  }
  EXPECT_EQ(rig.state(), "ESTABLISHED");
}

// RFC5961-5.2-c: MAX.SND.WND is the largest that ever was, scaled.
TEST(EngineWindowScale, HowOldAnAckMayBeFollowsTheLargestWindowAsScaled) {
  Rig rig{scaled()};
  const int fd = rig.accepted(1000, mss_and_scale(2));
  rig.inject(kAck, 1, 1, 0, 10);
  rig.inject(kAck | kPsh, 1, 1u - 4001u, 20);
  EXPECT_EQ(rig.receive(fd), error(EAGAIN));
  rig.inject(kAck | kPsh, 1, 1u - 4000u, 20);
  EXPECT_EQ(rig.receive(fd), ok(20));
}

TEST(EngineWindowScale, TheWindowGrowsAsFastAsTheApplicationReads) {
  Rig rig{scaled()};
  const int fd = rig.accepted(65'535, mss_and_scale(0));
  std::uint32_t at = 1;
  for (int i = 0; i < 400; ++i, at += 1460) {
    rig.inject(kAck, at, 1, 1460);
    rig.receive(fd);
  }
  EXPECT_GT(rig.status(StatusField::ReceiveWindow), 500'000);
  EXPECT_LE(rig.status(StatusField::ReceiveWindow), 1 << 20);
}

// REC-1
TEST(EngineWindowScale, MoreThanSixteenBitsOfWindowAreUsed) {
  Config config = scaled();
  config.initial_window = 200;
  config.send_buffer = 300'000;
  Rig rig{config};
  const int fd = rig.accepted(50'000, mss_and_scale(2));
  rig.inject(kAck, 1, 1, 0, 50'000);
  rig.send(fd, 0, 300'000);
  EXPECT_EQ(rig.sent().size(), 200'000 / 1460u);
}

// RFC7323-2.3-e
TEST(EngineWindowScale, OurOwnShiftIsFourteenAtMost) {
  Rig rig{scaled(0xFFFF'FFFF)};
  rig.listen();
  rig.inject(kSyn, 0, 0, 0, 65'535, mss_and_scale(3));
  EXPECT_EQ(rig.sent(), Lines{"S. 0:0(0) ack 1 win 65535 <mss 1460,nop,wscale 14>"});
}

TEST(EngineWindowScale, ABufferOfTheApplicationsChoiceStaysAsItIs) {
  Rig rig{scaled()};
  const int listener = rig.listen();
  rig.set(listener, SOL_SOCKET, SO_RCVBUF, 300'000);
  rig.inject(kSyn, 0, 0, 0, 65'535, mss_and_scale(0));
  EXPECT_EQ(rig.sent(), Lines{"S. 0:0(0) ack 1 win 65535 <mss 1460,nop,wscale 3>"});
  rig.inject(kAck, 1, 1);
  EXPECT_EQ(rig.sent(), Lines{". 1:1(0) ack 1 win 37500"}) << "what a SYN could not say";
  rig.inject(kAck, 1, 1, 10);
  rig.wait(1s);
  EXPECT_EQ(rig.sent(), Lines{". 1:1(0) ack 11 win 37498"});
}

}  // namespace
}  // namespace harness::engine
