#include "tests/unit/engine/rig.h"

namespace harness::engine {
namespace {

using namespace test;
using wire::kAck;
using wire::kFin;
using wire::kPsh;
using wire::kRst;
using wire::kSyn;

// <mss 1460,nop,nop,TS>, or the last three.
base::Bytes ts(std::uint32_t val, std::uint32_t ecr, bool syn = false) {
  base::Bytes options = syn ? Rig::mss(1460) : base::Bytes{};
  const std::size_t at = options.size();
  options.resize(at + 12);
  base::store32(options.data() + at, 0x0101'080A);
  base::store32(options.data() + at + 4, val);
  base::store32(options.data() + at + 8, ecr);
  return options;
}

Config config() {
  Config config = config_of(kLocal);
  config.window_scaling = false;
  return config;
}

// The peer's clock starts just short of the wrap.
constexpr std::uint32_t kClock = 0xFFFF'FFF0;

struct Connected : Rig {
  explicit Connected(const Config& c = config()) : Rig(c) {
    const int listener = listen();
    inject(kSyn, 0, 0, 0, 65'535, ts(kClock, 0, true));
    last = own_timestamp(trace()).val;
    inject(kAck, 1, 1, 0, 65'535, ts(kClock, last));
    fd = static_cast<int>(call(Op::Accept, listener)->value);
    call(Op::Control, fd, {4, 04000, 0});
    sent();
  }
  static wire::Timestamps own_timestamp(const event::Trace& trace) {
    wire::Timestamps found;
    for (const auto& record : trace.records()) {
      if (record.kind != event::Kind::Packet || record.direction != event::Direction::FromTarget) {
        continue;
      }
      const auto ip = wire::DatagramView::parse(trace.body(record));
      found = wire::read(*wire::SegmentView::parse(ip->payload()))
                  ->timestamps.value_or(wire::Timestamps{});
    }
    return found;
  }
  void text(std::uint32_t seq, std::uint32_t val, std::size_t octets = 10,
            wire::Flags flags = kAck | kPsh) {
    inject(flags, seq, 1, octets, 65'535, ts(kClock + val, last));
  }
  // TSecr of what came last, counted as the peer counts.
  std::int32_t echo() const {
    return static_cast<std::int32_t>(own_timestamp(trace()).ecr - kClock);
  }

  std::uint32_t last = 0;
  int fd = -1;
};

TEST(EngineTimestamps, ASynIsAnsweredAndEverySegmentCarriesThem) {
  Connected rig;
  rig.send(rig.fd, 0, 5000);
  EXPECT_EQ(rig.status(StatusField::SendMss), 1448);
  for (const std::string& line : rig.sent()) {
    EXPECT_NE(line.find("TS val"), std::string::npos) << line;
    EXPECT_EQ(line.find("(1460)"), std::string::npos) << line;
  }
}

TEST(EngineTimestamps, OurSynEchoesNothing) {
  Rig rig{config()};
  rig.connect(rig.socket());
  const auto sent = rig.sent();
  EXPECT_NE(sent.at(0).find("ecr 0>"), std::string::npos) << sent.at(0);
}

TEST(EngineTimestamps, WithoutThemInTheSynNoneAreSentAndLaterOnesMeanNothing) {
  Rig rig{config()};
  const int fd = rig.accepted();
  rig.inject(kAck | kPsh, 1, 1, 10, 65'535, ts(5, 0));
  rig.inject(kAck | kPsh, 11, 1, 10, 65'535, ts(4, 0));
  EXPECT_EQ(rig.receive(fd), ok(20));
  rig.wait(1s);
  EXPECT_EQ(rig.sent(), Lines{". 1:1(0) ack 21 win 65515"});
}

TEST(EngineTimestamps, TheClockTicksEachMillisecondAndEachConnectionHasItsOwnOffset) {
  std::uint32_t first = 0;
  for (const wire::Port port : {wire::Port{40'001}, wire::Port{40'002}}) {
    Rig rig{config(), kService, port};
    rig.listen();
    rig.inject(kSyn, 0, 0, 0, 65'535, ts(1, 0, true));
    const auto before = Connected::own_timestamp(rig.trace()).val;
    rig.wait(1s);
    EXPECT_EQ(Connected::own_timestamp(rig.trace()).val - before, 1000u);
    EXPECT_NE(before, first);
    first = before;
  }
}

TEST(EngineTimestamps, ADelayedAckEchoesTheEarliestNotAcknowledged) {
  Connected rig;
  rig.text(1, 5);
  rig.text(11, 7);
  rig.wait(1s);
  EXPECT_EQ(rig.echo(), 5);
}

TEST(EngineTimestamps, AcrossAHoleTheEchoStaysUntilItIsFilled) {
  Connected rig;
  rig.text(1, 5);
  rig.wait(1s);
  rig.text(21, 8);
  EXPECT_EQ(rig.echo(), 5) << "out of order";
  rig.text(11, 9);
  EXPECT_EQ(rig.echo(), 9) << "the filler's";
}

TEST(EngineTimestamps, AnOlderOneIsAcknowledgedAndDroppedAcrossTheWrap) {
  Connected rig;
  rig.text(1, 0x20);
  rig.wait(1s);
  rig.sent();
  rig.text(11, 0x1F);
  EXPECT_EQ(rig.sent().size(), 1u);
  EXPECT_EQ(rig.echo(), 0x20);
  EXPECT_EQ(rig.receive(rig.fd), ok(10));
  rig.text(11, 0x20);
  EXPECT_EQ(rig.receive(rig.fd), ok(10)) << "an equal one is no older";
}

TEST(EngineTimestamps, AResetIsNeverTooOld) {
  Connected rig;
  rig.text(1, 50);
  rig.inject(kRst, 11, 0, 0, 0, ts(kClock - 1000, 0));
  EXPECT_EQ(rig.state(), "none");
}

TEST(EngineTimestamps, AResetDoesNotSetTheEcho) {
  Connected rig;
  rig.text(1, 5);
  rig.inject(kRst, 100, 0, 0, 0, ts(kClock + 500, 0));  // In the window: challenged.
  EXPECT_EQ(rig.echo(), 5);
}

TEST(EngineTimestamps, ASegmentWithoutThemIsDroppedInSilenceAndTheConnectionStays) {
  Connected rig;
  rig.inject(kAck | kPsh, 1, 1, 10);
  rig.wait(1s);
  EXPECT_EQ(rig.sent(), Lines{});
  EXPECT_EQ(rig.receive(rig.fd), error(EAGAIN));
  EXPECT_EQ(rig.state(), "ESTABLISHED");
  rig.inject(kRst, 1);
  EXPECT_EQ(rig.state(), "none") << "but a reset may";
}

TEST(EngineTimestamps, AnOldTimestampSaysNothingAfterTwentyFourDays) {
  Connected rig;
  rig.text(1, 5);
  rig.wait(24h * 24);
  rig.text(11, 4);
  EXPECT_EQ(rig.receive(rig.fd), ok(20));
  rig.wait(1s);
  EXPECT_EQ(rig.echo(), 4);
}

TEST(EngineTimestamps, ARetransmissionIsMeasuredByItsEcho) {
  Connected rig;
  rig.send(rig.fd, 0, 100);
  rig.wait(4s);
  EXPECT_EQ(rig.status(StatusField::Retransmits), 2);
  const auto echoed = Connected::own_timestamp(rig.trace()).val;
  rig.inject(kAck, 1, 101, 0, 65'535, ts(kClock + 4000, echoed));
  EXPECT_EQ(rig.status(StatusField::Backoff), 0);
  EXPECT_GT(rig.status(StatusField::Rtt), 0);
}

TEST(EngineTimestamps, AResetInAnswerEchoesWhatItAnswers) {
  Rig rig{config()};
  rig.inject(kAck, 1, 1, 0, 100, ts(77, 5));
  ASSERT_EQ(rig.sent().size(), 1u);
  EXPECT_EQ(Connected::own_timestamp(rig.trace()), (wire::Timestamps{0, 77}));
}

// RFC7323-4.1-b
TEST(EngineTimestamps, OnlyAnAckOfNewTextIsASample) {
  Connected rig;
  rig.send(rig.fd, 0, 100);
  const auto sent_at = Connected::own_timestamp(rig.trace()).val;
  rig.wait(100ms);
  rig.inject(kAck, 1, 101, 0, 65'535, ts(kClock, sent_at));
  const auto rtt = rig.status(StatusField::Rtt);
  EXPECT_GT(rtt, 0);
  rig.wait(500ms);
  rig.inject(kAck | kPsh, 1, 101, 10, 65'535, ts(kClock, sent_at));
  EXPECT_EQ(rig.status(StatusField::Rtt), rtt);
}

// RFC7323-5.3-once
TEST(EngineTimestamps, WhatIsHeldIsNotLookedAtAgainWhenItsTurnComes) {
  Connected rig;
  rig.text(11, 1);
  rig.text(21, 2);
  rig.text(1, 9);
  EXPECT_EQ(rig.receive(rig.fd), ok(30));
}

// RFC7323-5.3-order: one ACK, and nothing of the segment counts.
TEST(EngineTimestamps, AnOlderOneOutsideTheWindowIsAnsweredOnce) {
  Connected rig;
  rig.text(1, 5);
  rig.wait(1s);
  rig.sent();
  rig.inject(kAck | kPsh, 100'000, 50, 10, 1, ts(kClock + 4, rig.last));
  EXPECT_EQ(rig.sent().size(), 1u);
  EXPECT_EQ(rig.echo(), 5);
  EXPECT_EQ(rig.status(StatusField::SendWindow), 65'535);
}

// RFC7323-3.2-c
TEST(EngineTimestamps, TheEchoOfASegmentWithoutAckMeansNothing) {
  Rig rig{config()};
  rig.listen();
  rig.wait(3s);
  const auto rtt_after = [&](std::uint32_t echo) {
    rig.inject(kSyn, 0, 0, 0, 65'535, ts(kClock, echo, true));
    return rig.status(StatusField::Rtt);
  };
  EXPECT_EQ(rtt_after(0x1234'5678), 0);
  EXPECT_EQ(rtt_after(Connected::own_timestamp(rig.trace()).val - 700), 0) << "the SYN again";
}

// RFC7323-3.2-f
TEST(EngineTimestamps, OurResetsCarryThemToo) {
  Connected rig;
  rig.text(1, 5);
  rig.call(Op::Abort, rig.fd);
  EXPECT_NE(rig.sent().back().find("TS val"), std::string::npos);
}

TEST(EngineTimestamps, OurOwnClockPassesItsWrapAndDataStillFlows) {
  Connected rig;
  // To just before the wrap of what we send.
  const std::uint32_t left = 0u - Connected::own_timestamp(rig.trace()).val;
  rig.wait(std::chrono::milliseconds{left - 300});
  std::uint32_t seq = 1;
  for (int i = 0; i < 10; ++i, seq += 10) {
    rig.send(rig.fd, 0, 10);
    const auto own = Connected::own_timestamp(rig.trace()).val;
    rig.wait(100ms);
    rig.inject(kAck | kPsh, seq, 11 + seq - 1, 10, 65'535,
               ts(kClock + static_cast<std::uint32_t>(i), own));
    rig.wait(5ms);
  }
  EXPECT_EQ(rig.receive(rig.fd), ok(100));
  EXPECT_EQ(rig.status(StatusField::Retransmits), 0);
  EXPECT_LT(*rig.status(StatusField::Rtt), 400'000);
}

}  // namespace
}  // namespace harness::engine
