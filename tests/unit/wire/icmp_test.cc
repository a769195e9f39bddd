#include "harness/wire/icmp.h"

#include <gtest/gtest.h>

#include <string>

#include "harness/wire/segment.h"
#include "tests/unit/wire/octets.h"

namespace harness::wire {
namespace {

// 192.0.2.1:40000 sends to 198.51.100.1:8080, and something on the way does not like it. The octets
// are scapy's.
const IpHeader kBack{.source = IpAddress::v4(0xC633'6401),
                     .destination = IpAddress::v4(0xC000'0201)};
const IpHeader kBack6{.source = IpAddress::v6(0x2001'0DB8'0002'0000, 1),
                      .destination = IpAddress::v6(0x2001'0DB8'0001'0000, 1)};
const std::string kSegment =
    "4500002d1234400040063c61c0000201c63364019c401f90fffffff000000001501803e8c014000068656c6c6f";
const std::string kSegment6 =
    "600000000019064020010db800010000000000000000000120010db8000200000000000000000001"
    "9c401f90fffffff000000001501803e850d4000068656c6c6f";
const std::string kFragmentationNeeded =
    "450000380000400040014e8fc6336401c000020103043bc200000578"
    "4500002d1234400040063c61c0000201c63364019c401f90fffffff0";
const std::string kPacketTooBig =
    "6000000000493a4020010db800020000000000000000000120010db8000100000000000000000001"
    "020036cb00000500" +
    kSegment6;

IcmpView icmp(const base::Bytes& datagram) {
  return IcmpView::parse(DatagramView::parse(datagram).value()).value();
}

TEST(Icmp, FragmentationNeededTellsTheMtuAndTheSegment) {
  const auto datagram = octets(kFragmentationNeeded);
  const auto message = icmp(datagram);
  EXPECT_EQ(message.version(), IpVersion::V4);
  EXPECT_EQ(message.type(), kIcmpUnreachable);
  EXPECT_EQ(message.code(), kIcmpFragmentationNeeded);
  EXPECT_EQ(message.mtu(), 1400u);
  EXPECT_TRUE(message.is_error());
  EXPECT_EQ(icmp_checksum(kBack.source, kBack.destination, message.bytes()), 0);
  const auto quoted = quoted_segment(message);
  ASSERT_TRUE(quoted);
  EXPECT_EQ(quoted->connection.local, (Endpoint{IpAddress::v4(0xC000'0201), 40'000}));
  EXPECT_EQ(quoted->connection.remote, (Endpoint{IpAddress::v4(0xC633'6401), 8080}));
  EXPECT_EQ(quoted->seq, SeqNum{0xFFFF'FFF0});
  EXPECT_EQ(quoted->octets.size(), 8u);
  EXPECT_FALSE(quoted->payload);  // The data offset was not quoted.
}

TEST(Icmp, PacketTooBigQuotesAllThatFits) {
  const auto datagram = octets(kPacketTooBig);
  const auto message = icmp(datagram);
  EXPECT_EQ(message.mtu(), 1280u);
  EXPECT_TRUE(message.is_error());
  EXPECT_EQ(icmp_checksum(kBack6.source, kBack6.destination, message.bytes()), 0);
  const auto quoted = quoted_segment(message);
  ASSERT_TRUE(quoted);
  EXPECT_EQ(quoted->connection.local, (Endpoint{kBack6.destination, 40'000}));
  EXPECT_EQ(quoted->connection.remote, (Endpoint{kBack6.source, 8080}));
  EXPECT_EQ(quoted->payload, 5u);
  EXPECT_EQ(SegmentView::parse(quoted->octets).value().window(), 1000);
}

TEST(Icmp, WhatIsCraftedIsWhatScapyMakes) {
  const auto segment = octets(kSegment), segment6 = octets(kSegment6);
  EXPECT_EQ(hex(craft(kBack, IcmpMessage{.type = kIcmpUnreachable,
                                         .code = kIcmpFragmentationNeeded,
                                         .rest = 1400,
                                         .quote = quote_of(segment)})),
            kFragmentationNeeded);
  EXPECT_EQ(hex(craft(kBack6, IcmpMessage{.type = kIcmpV6PacketTooBig,
                                          .rest = 1280,
                                          .quote = quote_of(segment6, 1232)})),
            kPacketTooBig);
}

TEST(Icmp, AChecksumGoesOutVerbatim) {
  const auto datagram =
      craft(kBack, IcmpMessage{.type = 3, .code = 1, .checksum = std::uint16_t{0x1234}});
  EXPECT_EQ(icmp(datagram).checksum(), 0x1234);
  EXPECT_NE(icmp_checksum(kBack.source, kBack.destination, icmp(datagram).bytes()), 0);
}

TEST(Icmp, AQuoteEndsWhereExtensionsBegin) {
  // RFC 4884: 32 words of quote, then an MPLS label.
  auto datagram = octets("450000a80000400040014e1fc6336401c00002010b00e02b00200000" + kSegment +
                         std::string(2 * (128 - 45), '0') + "2000dfff0008010100000001");
  EXPECT_EQ(icmp(datagram).quote().size(), 128u);
  EXPECT_EQ(quoted_segment(icmp(datagram)).value().payload, 5u);
  datagram[25] = std::byte{0xFF};  // It says more than there is.
  EXPECT_EQ(icmp(datagram).quote().size(), 140u);
}

TEST(Icmp, NoErrorQuotesNothing) {
  const auto datagram = octets("4500001f0000400040014ea8c0000201c63364010800338d00070009616263");
  EXPECT_FALSE(icmp(datagram).is_error());
  EXPECT_EQ(icmp(datagram).rest(), 0x0007'0009u);
  EXPECT_TRUE(icmp(datagram).quote().empty());
  EXPECT_FALSE(icmp(datagram).mtu());
  EXPECT_FALSE(quoted_segment(icmp(datagram)));
  for (int type = 0; type < 256; ++type) {
    auto changed = datagram;
    changed[20] = static_cast<std::byte>(type);
    EXPECT_EQ(icmp(changed).is_error(),
              type == 3 || type == 4 || type == 5 || type == 11 || type == 12);
    const auto six = IcmpView::parse(IpVersion::V6, std::span{changed}.subspan(20));
    EXPECT_EQ(six.value().is_error(), type < 128);
  }
}

TEST(Icmp, WhatNamesNoSegmentIsRefused) {
  const auto good = octets(kFragmentationNeeded);
  ASSERT_TRUE(quoted_segment(icmp(good)));
  for (const auto& [at, octet] : {std::pair{28, 0x46}, {28, 0x65}, {37, 17}, {35, 1}, {34, 0x1F}}) {
    auto changed = good;
    changed[static_cast<std::size_t>(at)] = static_cast<std::byte>(octet);
    EXPECT_FALSE(quoted_segment(icmp(changed))) << at;
  }
  auto shorter = good;
  shorter.pop_back();
  shorter[3] = std::byte{55};
  EXPECT_FALSE(quoted_segment(icmp(shorter)));
}

// 10.0.0.1 is the next gateway, 10.0.0.2 one that comes later or is passed.
TEST(Icmp, ASegmentUnderWayByASourceRouteIsOneToItsDestination) {
  const auto quoted = [](const std::string& route, const std::string& field) {
    const auto quote = octets("48000038" + std::string("1234400040060000c0000201") + field + route +
                              "9c401f90fffffff0");
    const auto datagram =
        craft(kBack, IcmpMessage{.type = kIcmpUnreachable, .code = 1, .quote = quote});
    return quoted_segment(icmp(datagram)).value().connection.remote.address;
  };
  const auto far = IpAddress::v4(0xC633'6401);
  for (const std::string kind : {"83", "89"}) {
    EXPECT_EQ(quoted(kind + "0b04"
                            "0a000002"
                            "c6336401"
                            "00",
                     "0a000001"),
              far);
    EXPECT_EQ(quoted(kind + "0b08"
                            "0a000002"
                            "c6336401"
                            "00",
                     "0a000001"),
              far);
    EXPECT_EQ(quoted("01" + kind +
                         "0b08"
                         "0a000002"
                         "c6336401",
                     "0a000001"),
              far);
    EXPECT_EQ(quoted(kind + "0b0c"
                            "0a000002"
                            "0a000001"
                            "00",
                     "c6336401"),
              far);
  }
  const std::string record = "07", odd = "83";
  EXPECT_EQ(quoted(record + "0b04"
                            "0a000002"
                            "0a000001"
                            "00",
                   "c6336401"),
            far);
  EXPECT_EQ(quoted(odd + "0a04"
                         "0a000002"
                         "0a000001"
                         "00",
                   "c6336401"),
            far);
  EXPECT_EQ(quoted(odd + "ff04"
                         "0a000002"
                         "0a000001"
                         "00",
                   "c6336401"),
            far);
  EXPECT_EQ(quoted(odd + "0304"
                         "00000000"
                         "00000000"
                         "00",
                   "c6336401"),
            far);
}

TEST(Icmp, OnlyTheOwnVersionsIcmpIsRead) {
  auto datagram = octets(kFragmentationNeeded);
  datagram[9] = std::byte{58};
  EXPECT_EQ(IcmpView::parse(DatagramView::parse(datagram).value()).error(), IcmpError::NoIcmp);
  datagram[9] = std::byte{1};
  datagram[3] = std::byte{27};
  EXPECT_EQ(IcmpView::parse(DatagramView::parse(datagram).value()).error(), IcmpError::Short);
}

}  // namespace
}  // namespace harness::wire
