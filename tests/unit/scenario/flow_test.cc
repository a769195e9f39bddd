#include "harness/scenario/flow.h"

#include <gtest/gtest.h>

#include "harness/base/bytes.h"
#include "harness/event/stream.h"
#include "harness/wire/craft.h"

namespace harness::scenario {
namespace {

using event::Direction;

PacketStep send(wire::Flags flags, std::uint32_t seq, std::uint32_t length, std::uint32_t ack) {
  PacketStep step;
  step.direction = Direction::ToTarget;
  step.flags = flags;
  step.seq = seq;
  step.length = length;
  step.ack = ack;
  step.window = 1000;
  step.options.emplace();
  return step;
}

PacketStep expect(wire::Flags flags, std::uint32_t seq, std::uint32_t length, std::uint32_t ack) {
  auto step = send(flags, seq, length, ack);
  step.direction = Direction::FromTarget;
  step.window.reset();
  return step;
}

// A segment from the target, as it stands on the wire.
class Seen {
 public:
  Seen(wire::Flags flags, std::uint32_t seq, std::uint32_t ack) {
    const wire::IpHeader ip{.source = wire::IpAddress::v4(1),
                            .destination = wire::IpAddress::v4(2)};
    octets_ =
        wire::craft({}, ip, {.seq = wire::SeqNum{seq}, .ack = wire::SeqNum{ack}, .flags = flags});
  }
  wire::SegmentView view() const {
    return *wire::SegmentView::parse(std::span{octets_}.subspan(20));
  }

 private:
  base::Bytes octets_;
};

constexpr std::uint32_t kPeerIsn = 0xFFFF'FFFA, kTargetIsn = 0xFFFF'FFF0;

// The handshake that the peer began.
Flow open() {
  Flow flow{40000, 8080};
  flow.to_send(send(wire::kSyn, kPeerIsn, 0, 0));
  const Seen syn_ack{wire::kSyn | wire::kAck, kTargetIsn, kPeerIsn + 1};
  flow.to_expect(expect(wire::kSyn | wire::kAck, 0, 0, kPeerIsn + 1), syn_ack.view());
  return flow;
}

TEST(Flow, NumbersOfASynAreTheScriptsOwn) {
  Flow flow{40000, 8080};
  const auto spec = flow.to_send(send(wire::kSyn, kPeerIsn, 0, 0));
  EXPECT_EQ(spec.seq, kPeerIsn);
  EXPECT_EQ(spec.source, 40000);
  EXPECT_EQ(spec.destination, 8080);
}

TEST(Flow, OtherNumbersCountFromBothInitialOnesAcrossTheWrap) {
  Flow flow = open();
  const auto spec = flow.to_send(send(wire::kAck, 101, 0, 51));
  EXPECT_EQ(spec.seq, kPeerIsn + 101);
  EXPECT_EQ(spec.ack, kTargetIsn + 51);
  const Seen data{wire::kAck, kTargetIsn + 1, kPeerIsn + 101};
  const auto wanted = flow.to_expect(expect(wire::kAck, 1, 0, 101), data.view());
  EXPECT_EQ(wanted.seq, kTargetIsn + 1);
  EXPECT_EQ(wanted.ack, kPeerIsn + 101);
  EXPECT_EQ(flow.base(wire::kAck).seq, kTargetIsn);
  EXPECT_EQ(flow.base(wire::kAck).ack, kPeerIsn);
}

TEST(Flow, AScriptMayCallTheTargetsInitialNumberWhatItLikes) {
  Flow flow{40000, 8080};
  flow.to_send(send(wire::kSyn, 5, 0, 0));
  const Seen syn_ack{wire::kSyn | wire::kAck, kTargetIsn, 6};
  const auto wanted = flow.to_expect(expect(wire::kSyn | wire::kAck, 700, 0, 6), syn_ack.view());
  EXPECT_EQ(wanted.seq, kTargetIsn);
  EXPECT_EQ(flow.to_send(send(wire::kAck, 1, 0, 1)).ack, kTargetIsn + 1);
}

TEST(Flow, ASynThatNoLineWantsStillSaysWhatNumbersCountFrom) {
  Flow flow{40000, 8080};
  flow.to_send(send(wire::kSyn, kPeerIsn, 0, 0));
  flow.notice(Seen{wire::kSyn | wire::kAck, kTargetIsn, kPeerIsn + 1}.view());
  EXPECT_EQ(flow.to_send(send(wire::kAck, 1, 0, 1)).ack, kTargetIsn + 1);
  // One that is repeated with another number brings nothing new ...
  flow.notice(Seen{wire::kSyn | wire::kAck, kTargetIsn + 9, kPeerIsn + 1}.view());
  EXPECT_EQ(flow.to_send(send(wire::kAck, 1, 0, 1)).ack, kTargetIsn + 1);
  // ... but one that answers another SYN does.
  flow.to_send(send(wire::kSyn, 5000, 0, 0));
  EXPECT_EQ(flow.to_send(send(wire::kAck, 1, 0, 1)).seq, kPeerIsn + 1);
  flow.notice(Seen{wire::kSyn | wire::kAck, 77, 5001}.view());
  EXPECT_EQ(flow.to_send(send(wire::kAck, 1, 0, 1)).seq, 5001u);
  EXPECT_EQ(flow.to_send(send(wire::kAck, 1, 0, 1)).ack, 78u);
}

TEST(Flow, OfAnActiveOpenThatNoLineWantsThePeersNumberComesWithItsOwnSyn) {
  Flow flow{9000, 49152};
  flow.notice(Seen{wire::kSyn, kTargetIsn, 0}.view());
  const auto syn_ack = flow.to_send(send(wire::kSyn | wire::kAck, 300, 0, 1));
  EXPECT_EQ(syn_ack.seq, 300u);
  EXPECT_EQ(syn_ack.ack, kTargetIsn + 1);
  EXPECT_EQ(flow.to_send(send(wire::kAck, 1, 0, 1)).seq, 301u);
}

TEST(Flow, ALineThatWantsANoticedSynGivesItItsScriptNumber) {
  Flow flow{40000, 8080};
  flow.to_send(send(wire::kSyn, 5, 0, 0));
  const Seen syn_ack{wire::kSyn | wire::kAck, kTargetIsn, 6};
  flow.notice(syn_ack.view());
  EXPECT_EQ(flow.to_expect(expect(wire::kSyn | wire::kAck, 700, 0, 6), syn_ack.view()).seq,
            kTargetIsn);
}

TEST(Flow, ARetransmittedSynMustKeepItsNumber) {
  Flow flow = open();
  const Seen changed{wire::kSyn | wire::kAck, kTargetIsn + 9, kPeerIsn + 1};
  const auto wanted =
      flow.to_expect(expect(wire::kSyn | wire::kAck, 0, 0, kPeerIsn + 1), changed.view());
  EXPECT_EQ(wanted.seq, kTargetIsn);
}

TEST(Flow, ANewConnectionOnTheSamePortsBringsNewNumbersOnceItIsAnswered) {
  Flow flow = open();
  flow.to_send(send(wire::kSyn, 5000, 0, 0));
  // A challenge ACK is no answer to it: the old numbers hold.
  EXPECT_EQ(flow.to_send(send(wire::kRst, 1, 0, 0)).seq, kPeerIsn + 1);
  const Seen syn_ack{wire::kSyn | wire::kAck, 77, 5001};
  flow.to_expect(expect(wire::kSyn | wire::kAck, 0, 0, 5001), syn_ack.view());
  EXPECT_EQ(flow.to_send(send(wire::kAck, 1, 0, 1)).seq, 5001u);
  EXPECT_EQ(flow.to_send(send(wire::kAck, 1, 0, 1)).ack, 78u);
}

TEST(Flow, BeforeAnySynNumbersAreAsWritten) {
  Flow flow{40000, 8080};
  const auto spec = flow.to_send(send(wire::kAck, 17, 0, 5001));
  EXPECT_EQ(spec.seq, 17u);
  EXPECT_EQ(spec.ack, 5001u);
}

TEST(Flow, WhatThePeerSendsIsItsStreamAtThatPlace) {
  Flow flow = open();
  const auto second = flow.to_send(send(wire::kAck, 101, 20, 1));
  EXPECT_FALSE(event::first_difference(*second.payload, 100, event::kFromPeer));
  Flow fresh{40000, 8080};
  const auto on_syn = fresh.to_send(send(wire::kSyn, 9, 20, 0));
  EXPECT_FALSE(event::first_difference(*on_syn.payload, 0, event::kFromPeer));
}

}  // namespace
}  // namespace harness::scenario
