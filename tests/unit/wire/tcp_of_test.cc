#include "harness/wire/tcp_of.h"

#include <gtest/gtest.h>

#include "harness/wire/checksum.h"
#include "harness/wire/craft.h"

namespace harness::wire {
namespace {

base::Bytes segment(IpVersion version) {
  SegmentSpec spec;
  spec.source = 40000;
  spec.destination = 8080;
  spec.flags = kSyn;
  spec.seq = 4294967290;
  const auto four = version == IpVersion::V4;
  const IpHeader ip{
      .source = four ? IpAddress::v4(0xC6336401) : *IpAddress::parse("2001:db8:2::1"),
      .destination = four ? IpAddress::v4(0xC0000201) : *IpAddress::parse("2001:db8:1::1")};
  return craft(spec, ip, {});
}

TEST(TcpOf, ASegmentIsReadBehindEitherHeader) {
  for (const auto version : {IpVersion::V4, IpVersion::V6}) {
    const auto octets = segment(version);
    const auto seen = tcp_of(octets);
    ASSERT_TRUE(seen);
    EXPECT_EQ(seen->ip.version(), version);
    EXPECT_EQ(seen->tcp.seq().raw(), 4294967290u);
    EXPECT_TRUE(seen->checksum_ok());
  }
  auto spoilt = segment(IpVersion::V4);
  spoilt[39] ^= std::byte{1};
  EXPECT_FALSE(tcp_of(spoilt)->checksum_ok());
}

TEST(TcpOf, EveryBitOfAddressesAndSegmentIsSummed) {
  for (const auto version : {IpVersion::V4, IpVersion::V6}) {
    const auto sound = segment(version);
    const std::size_t addresses = version == IpVersion::V4 ? 12 : 8;
    for (std::size_t bit = addresses * 8; bit < sound.size() * 8; ++bit) {
      auto spoilt = sound;
      spoilt[bit / 8] ^= std::byte{1} << bit % 8;
      const auto ip = DatagramView::parse(spoilt);
      ASSERT_TRUE(ip);
      EXPECT_FALSE(tcp_checksum_ok(*ip)) << bit;
      EXPECT_NE(tcp_checksum(ip->source(), ip->destination(), ip->payload()), 0) << bit;
    }
  }
}

TEST(TcpOf, AnotherProtocolHasNoneThoughItsOctetsCouldBeOne) {
  auto udp = segment(IpVersion::V4);
  udp[9] = std::byte{17};
  EXPECT_FALSE(tcp_of(udp));
}

TEST(TcpOf, NoFragmentHasOneNeitherTheFirstNorALaterOne) {
  auto first = segment(IpVersion::V4), later = first;
  first[6] = std::byte{0x20};  // More fragments.
  later[7] = std::byte{1};     // Eight octets in.
  EXPECT_FALSE(tcp_of(first));
  EXPECT_FALSE(tcp_of(later));
}

TEST(TcpOf, WhatIsCutShortHasNone) {
  const auto whole = segment(IpVersion::V4);
  EXPECT_FALSE(tcp_of(std::span{whole}.first(39)));
  EXPECT_FALSE(tcp_of(std::span<const std::byte>{}));
}

}  // namespace
}  // namespace harness::wire
