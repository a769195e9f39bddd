#include "harness/wire/craft.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <array>
#include <string>
#include <string_view>

#include "harness/base/rng.h"
#include "harness/wire/checksum.h"
#include "harness/wire/datagram_view.h"
#include "tests/unit/wire/octets.h"

namespace harness::wire {
namespace {

const IpAddress kTarget = IpAddress::v4(0xC000'0201), kPeer = IpAddress::v4(0xC633'6401);
const IpAddress kTarget6 = IpAddress::v6(0x2001'0DB8'0001'0000, 1);
const IpAddress kPeer6 = IpAddress::v6(0x2001'0DB8'0002'0000, 1);

base::Bytes whole(const IpHeader& ip, const Segment& segment) {
  base::Bytes datagram(datagram_size(ip, segment), std::byte{0xEE});
  write(ip, segment, datagram);
  return datagram;
}

// The expected octets were put together by other means, from the RFCs' own pictures.
TEST(Craft, ASynWithEveryOptionOverIpv4) {
  const IpHeader ip{.source = kTarget,
                    .destination = kPeer,
                    .ttl = 255,
                    .traffic_class = 2,
                    .identification = 0x1234};
  Segment syn{.source = 40'000, .destination = 8080, .seq = SeqNum{0xFFFF'FFF0}};
  syn.flags = kSyn;
  syn.window = 65'535;
  syn.mss = std::uint16_t{1460};
  syn.sack_permitted = true;
  syn.timestamps = Timestamps{.val = 0xFFFF'FFFE, .ecr = 0};
  syn.window_scale = std::uint8_t{7};
  EXPECT_EQ(hex(whole(ip, syn)),
            "4502003c12344000ff067d4fc0000201c6336401"
            "9c401f90fffffff000000000a002ffffa0090000"
            "020405b40402080afffffffe0000000001030307");
}

TEST(Craft, ASynWithEveryOptionOverIpv6) {
  const IpHeader ip{.source = kTarget6,
                    .destination = kPeer6,
                    .ttl = 64,
                    .traffic_class = 0xB8,
                    .flow_label = 0xA'BCDE};
  Segment syn{.source = 40'000, .destination = 8080, .seq = SeqNum{0xFFFF'FFFF}};
  syn.flags = kSyn | kEce | kCwr;
  syn.window = 64'800;
  syn.mss = std::uint16_t{1440};
  syn.sack_permitted = true;
  syn.timestamps = Timestamps{.val = 1, .ecr = 0};
  syn.window_scale = std::uint8_t{14};
  EXPECT_EQ(hex(whole(ip, syn)),
            "6b8abcde0028064020010db800010000000000000000000120010db8000200000000000000000001"
            "9c401f90ffffffff00000000a0c2fd2032e40000"
            "020405a00402080a00000001000000000103030e");
}

TEST(Craft, DataWithSacksAndAnOddNumberOfOctets) {
  const IpHeader ip{.source = kTarget, .destination = kPeer, .dont_fragment = false};
  const auto text = base::as_bytes(std::string_view{"odd"});
  Segment data{.source = 8080, .destination = 40'000, .seq = SeqNum{1}, .ack = SeqNum{0xFFFF'FFF0}};
  data.flags = kAck | kPsh;
  data.window = 1000;
  data.sack_count = 2;
  data.sack[0] = {SeqNum{0xFFFF'FFF0}, SeqNum{5}};
  data.sack[1] = {SeqNum{100}, SeqNum{200}};
  data.payload = text;
  EXPECT_EQ(hex(whole(ip, data)),
            "4500003f0000000040068e83c0000201c6336401"
            "1f909c4000000001fffffff0a01803e8d93a0000"
            "01010512fffffff00000000500000064000000c8"
            "6f6464");
}

TEST(Craft, OptionsKeepTheirLayoutWhicheverAreThere) {
  struct Case {
    bool mss, sack_permitted, timestamps, window_scale;
    std::uint8_t sacks;
    std::string_view octets;
  };
  for (const Case& c : {
           Case{false, false, false, false, 0, ""},
           Case{true, false, false, false, 0, "020405b4"},
           Case{false, true, false, false, 0, "01010402"},
           Case{false, false, true, false, 0, "0101080a0000000100000002"},
           Case{false, true, true, false, 0, "0402080a0000000100000002"},
           Case{false, false, false, true, 0, "01030307"},
           Case{true, true, false, true, 0, "020405b40101040201030307"},
           Case{false, false, false, false, 1, "0101050a0000000300000004"},
           Case{false, false, true, false, 1, "0101080a00000001000000020101050a0000000300000004"},
       }) {
    Segment segment;
    if (c.mss) segment.mss = std::uint16_t{1460};
    segment.sack_permitted = c.sack_permitted;
    if (c.timestamps) segment.timestamps = Timestamps{.val = 1, .ecr = 2};
    if (c.window_scale) segment.window_scale = std::uint8_t{7};
    segment.sack_count = c.sacks;
    segment.sack[0] = {SeqNum{3}, SeqNum{4}};
    const auto datagram = whole({.source = kTarget, .destination = kPeer}, segment);
    EXPECT_EQ(hex(std::span{datagram}.subspan(40)), c.octets);
    EXPECT_EQ(options_size(segment), c.octets.size() / 2);
  }
}

TEST(Craft, RawOptionsGoOutAsTheyAreAndArePadded) {
  Segment segment;
  segment.mss = std::uint16_t{1};  // Not asked: the raw ones count.
  for (std::size_t size = 1; size <= 40; ++size) {
    const base::Bytes raw(size, std::byte{1});
    segment.options = raw;
    const auto datagram = whole({.source = kTarget, .destination = kPeer}, segment);
    const auto options = std::span{datagram}.subspan(40);
    ASSERT_EQ(options.size(), (size + 3) / 4 * 4);
    for (std::size_t i = 0; i < options.size(); ++i) {
      EXPECT_EQ(options[i], i < size ? std::byte{1} : std::byte{0}) << size << " " << i;
    }
  }
}

TEST(Craft, HeadersAndPayloadMayBeWrittenApart) {
  const IpHeader ip{.source = kTarget6, .destination = kPeer6};
  Segment segment{.source = 1, .destination = 2};
  segment.flags = kAck;
  const auto text = base::as_bytes(std::string_view{"payload"});
  base::Bytes apart(datagram_size(ip, segment, text.size()));
  const auto room = write_headers(ip, segment, text.size(), apart);
  ASSERT_EQ(room.size(), text.size());
  std::ranges::copy(text, room.begin());
  seal(apart);
  segment.payload = text;
  EXPECT_EQ(apart, whole(ip, segment));
}

struct Seen {
  DatagramView ip;
  SegmentView tcp;
};

Seen see(const base::Bytes& datagram) {
  const auto ip = DatagramView::parse(datagram);
  const auto tcp = SegmentView::parse(ip.value().payload());
  return {*ip, tcp.value()};
}

bool verifies(const Seen& seen) {
  return tcp_checksum(seen.ip.source(), seen.ip.destination(), seen.ip.payload()) == 0;
}

class Overrides : public testing::TestWithParam<bool> {
 protected:
  IpHeader ip() const {
    return GetParam() ? IpHeader{.source = kTarget6, .destination = kPeer6}
                      : IpHeader{.source = kTarget, .destination = kPeer};
  }
  base::Bytes craft(const SegmentSpec& spec) const {
    Segment segment{.source = 1, .destination = 2, .seq = SeqNum{3}, .ack = SeqNum{4}};
    segment.flags = kAck;
    segment.window = 5;
    segment.urgent = 6;
    segment.mss = std::uint16_t{1460};
    segment.payload = payload_;
    return wire::craft(spec, ip(), segment);
  }

 private:
  base::Bytes payload_ = base::Bytes(7, std::byte{0x55});
};

INSTANTIATE_TEST_SUITE_P(Ip, Overrides, testing::Bool(),
                         [](const auto& version) { return version.param ? "V6" : "V4"; });

TEST_P(Overrides, AnEmptySpecIsTheSegmentItself) {
  const auto datagram = craft({});
  const auto [ip, tcp] = see(datagram);
  EXPECT_EQ(tcp.source(), 1);
  EXPECT_EQ(tcp.destination(), 2);
  EXPECT_EQ(tcp.seq(), SeqNum{3});
  EXPECT_EQ(tcp.ack(), SeqNum{4});
  EXPECT_EQ(tcp.flags(), kAck);
  EXPECT_EQ(tcp.window(), 5);
  EXPECT_EQ(tcp.urgent(), 6);
  EXPECT_EQ(hex(tcp.option_bytes()), "020405b4");
  EXPECT_EQ(tcp.payload().size(), 7u);
  EXPECT_EQ(ip.ttl(), 64);
  EXPECT_TRUE(ip.header_checksum_ok());
  EXPECT_TRUE(verifies(see(datagram)));
}

TEST_P(Overrides, EveryFieldGoesOutAsNamed) {
  SegmentSpec spec;
  spec.source = Port{0};
  spec.destination = Port{65'535};
  spec.seq = 0xFFFF'FFFF;
  spec.ack = 0;
  spec.flags = Flags{0x1FF};
  spec.window = std::uint16_t{0};
  spec.urgent = std::uint16_t{65'535};
  spec.options = base::Bytes(8, std::byte{1});
  spec.payload = base::Bytes(3, std::byte{0x77});
  spec.ttl = std::uint8_t{0};
  spec.traffic_class = std::uint8_t{0xFF};
  const auto datagram = craft(spec);
  const auto [ip, tcp] = see(datagram);
  EXPECT_EQ(tcp.source(), 0);
  EXPECT_EQ(tcp.destination(), 65'535);
  EXPECT_EQ(tcp.seq(), SeqNum{0xFFFF'FFFF});
  EXPECT_EQ(tcp.ack(), SeqNum{0});
  EXPECT_EQ(tcp.flags(), Flags{0x1FF});
  EXPECT_EQ(tcp.window(), 0);
  EXPECT_EQ(tcp.urgent(), 65'535);
  EXPECT_EQ(hex(tcp.option_bytes()), "0101010101010101");
  EXPECT_EQ(hex(tcp.payload()), "777777");
  EXPECT_EQ(tcp.reserved(), 0);
  EXPECT_EQ(ip.ttl(), 0);
  EXPECT_EQ(ip.traffic_class(), 0xFF);
  EXPECT_TRUE(ip.header_checksum_ok());
  EXPECT_TRUE(verifies(see(datagram)));
}

TEST_P(Overrides, NoOptionsAndNoPayloadCanBeAskedFor) {
  SegmentSpec spec;
  spec.options.emplace();
  spec.payload.emplace();
  const auto tcp = see(craft(spec)).tcp;
  EXPECT_EQ(tcp.bytes().size(), 20u);
}

TEST_P(Overrides, AnyDataOffsetGoesOutWithARightChecksum) {
  for (std::uint8_t offset = 0; offset < 16; ++offset) {
    SegmentSpec spec;
    spec.data_offset = offset;
    const auto datagram = craft(spec);
    const auto seen = see(datagram);
    EXPECT_EQ(seen.tcp.data_offset(), offset);
    EXPECT_EQ(seen.tcp.data_offset_ok(), offset >= 5 && offset * 4u <= seen.tcp.bytes().size());
    EXPECT_EQ(seen.tcp.flags(), kAck);
    EXPECT_TRUE(verifies(seen));
  }
}

TEST_P(Overrides, ReservedBitsGoOutBesideTheFlags) {
  for (std::uint8_t reserved = 0; reserved < 8; ++reserved) {
    SegmentSpec spec;
    spec.reserved = reserved;
    spec.flags = kSyn | kAe;
    const auto datagram = craft(spec);
    const auto seen = see(datagram);
    EXPECT_EQ(seen.tcp.reserved(), reserved);
    EXPECT_EQ(seen.tcp.flags(), kSyn | kAe);
    EXPECT_EQ(seen.tcp.data_offset(), 6);
    EXPECT_TRUE(verifies(seen));
  }
}

TEST_P(Overrides, AChecksumGoesOutVerbatimOrFlipped) {
  const auto right = see(craft({})).tcp.checksum();
  SegmentSpec spec;
  spec.checksum = std::uint16_t{0};
  EXPECT_EQ(see(craft(spec)).tcp.checksum(), 0);
  spec.checksum.reset();
  spec.checksum_flip = 0x5555;
  EXPECT_EQ(see(craft(spec)).tcp.checksum(), right ^ 0x5555);
  EXPECT_FALSE(verifies(see(craft(spec))));
}

TEST(CraftDeathTest, WhatCannotStandInAHeaderIsOurError) {
  const base::Bytes raw(41, std::byte{1});
  Segment segment;
  segment.options = raw;
  EXPECT_DEATH(whole({.source = kTarget, .destination = kPeer}, segment), "does not hold");
}

}  // namespace
}  // namespace harness::wire
