#include "harness/matrix/spelling.h"

#include <gtest/gtest.h>

namespace harness::matrix {
namespace {

using wire::kAck;
using wire::kFin;
using wire::kPsh;
using wire::kRst;
using wire::kSyn;
using wire::kUrg;
using wire::SeqNum;

// Both streams are about to wrap.
constexpr Numbers kBefore{.rcv_nxt = 0xFFFF'FFF0,
                          .irs = 0xFFFF'FF00,
                          .snd_una = 0xFFFF'FE00,
                          .snd_nxt = 0xFFFF'FFFA,
                          .rcv_wnd = 1000,
                          .iss = 0xFFFF'FDFF};

std::string spelled(wire::Flags flags, std::uint32_t seq, std::uint32_t ack = 0,
                    std::uint32_t seg_seq = 5, std::uint32_t seg_ack = 7) {
  wire::Segment segment;
  segment.flags = flags;
  segment.seq = SeqNum{seq};
  segment.ack = SeqNum{ack};
  return spell(segment, kBefore, seg_seq, seg_ack);
}

TEST(MatrixSpelling, TellsNumbersFromTheConnectionsOwn) {
  EXPECT_EQ(spelled(kAck, 0xFFFF'FFFA, 0xFFFF'FFF0), "<SEQ=SND.NXT><ACK=RCV.NXT><CTL=.>");
  EXPECT_EQ(spelled(kAck, 4, 10), "<SEQ=SND.NXT+10><ACK=RCV.NXT+26><CTL=.>");
  EXPECT_EQ(spelled(kAck, 0xFFFF'FE00, 0xFFFF'FFEF), "<SEQ=SND.UNA><ACK=RCV.NXT-1><CTL=.>");
}

TEST(MatrixSpelling, TakesTheFirstAnchorWithinThreeHundred) {
  EXPECT_EQ(spelled(kAck, 0xFFFF'FFFA - 300, 0xFFFF'FFF0), "<SEQ=SND.NXT-300><ACK=RCV.NXT><CTL=.>");
  EXPECT_EQ(spelled(kAck, 0xFFFF'FFFA - 301, 0xFFFF'FFF0), "<SEQ=SND.UNA+205><ACK=RCV.NXT><CTL=.>");
  EXPECT_EQ(spelled(kAck, 90'000, 80'001, 80'000, 90'001), "<SEQ=SEG.ACK-1><ACK=SEG.SEQ+1><CTL=.>");
  EXPECT_EQ(spelled(kAck, 500'000, 600'000), "<SEQ=500000><ACK=600000><CTL=.>");
}

TEST(MatrixSpelling, AResetThatCarriesTheAcknowledgmentOfTheSegmentSaysSo) {
  EXPECT_EQ(spelled(kRst, 0xFFFF'FFFA, 0, 5, 0xFFFF'FFFA), "<SEQ=SEG.ACK><CTL=R>");
  EXPECT_EQ(spelled(kRst | kAck, 0xFFFF'FFFA, 5, 5, 0xFFFF'FFFA),
            "<SEQ=SND.NXT><ACK=RCV.NXT+21><CTL=R.>");
  EXPECT_EQ(spelled(kRst | kAck, 0, 1), "<SEQ=0><ACK=RCV.NXT+17><CTL=R.>");
}

TEST(MatrixSpelling, ASynCarriesTheIssOrANewOne) {
  EXPECT_EQ(spelled(kSyn, 0xFFFF'FDFF), "<SEQ=ISS><CTL=S>");
  EXPECT_EQ(spelled(kSyn | kAck, 12, 0xFFFF'FFF0), "<SEQ=newISS><ACK=RCV.NXT><CTL=S.>");
  wire::Segment segment;
  segment.flags = kSyn;
  segment.seq = SeqNum{77};
  EXPECT_EQ(spell(segment, {}, 0, 0), "<SEQ=ISS><CTL=S>") << "there was none before";
}

TEST(MatrixSpelling, ControlBitsComeInOneOrderAndPayloadIsCounted) {
  wire::Segment segment;
  segment.flags = kUrg | kPsh | kRst | kFin | kSyn | kAck;
  const std::byte octets[5] = {};
  segment.payload = octets;
  EXPECT_EQ(spell(segment, {}, 0, 0), "<SEQ=0><ACK=RCV.NXT><CTL=SFRPU.><LEN=5>");
}

}  // namespace
}  // namespace harness::matrix
