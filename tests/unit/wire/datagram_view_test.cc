#include "harness/wire/datagram_view.h"

#include <gtest/gtest.h>

#include <cstring>
#include <memory>

#include "harness/base/rng.h"
#include "harness/wire/checksum.h"
#include "harness/wire/craft.h"
#include "harness/wire/icmp.h"
#include "harness/wire/print.h"
#include "harness/wire/udp_view.h"
#include "tests/unit/wire/octets.h"

namespace harness::wire {
namespace {

base::Bytes datagram(IpVersion version, std::size_t payload) {
  const bool v4 = version == IpVersion::V4;
  IpHeader ip{.source = v4 ? IpAddress::v4(0xC000'0201) : IpAddress::v6(0x2001'0DB8, 1),
              .destination = v4 ? IpAddress::v4(0xC633'6401) : IpAddress::v6(0x2001'0DB8, 2)};
  ip.ttl = 17;
  ip.traffic_class = 0x2E;
  ip.identification = 0xBEEF;
  ip.flow_label = 0x1'2345;
  Segment segment{.source = 8080, .destination = 40'000};
  segment.flags = kAck;
  segment.timestamps = Timestamps{1, 2};
  const base::Bytes octets(payload, std::byte{0x42});
  segment.payload = octets;
  base::Bytes bytes(datagram_size(ip, segment));
  write(ip, segment, bytes);
  return bytes;
}

constexpr std::size_t kTcp = 32;  // Header and timestamps.

TEST(DatagramView, AnIpv4HeaderIsShown) {
  const auto bytes = datagram(IpVersion::V4, 5);
  const auto ip = DatagramView::parse(bytes);
  ASSERT_TRUE(ip);
  EXPECT_EQ(ip->version(), IpVersion::V4);
  EXPECT_EQ(ip->source(), IpAddress::v4(0xC000'0201));
  EXPECT_EQ(ip->destination(), IpAddress::v4(0xC633'6401));
  EXPECT_EQ(ip->protocol(), kProtocolTcp);
  EXPECT_EQ(ip->ttl(), 17);
  EXPECT_EQ(ip->traffic_class(), 0x2E);
  EXPECT_EQ(ip->identification(), 0xBEEF);
  EXPECT_EQ(ip->flow_label(), 0u);
  EXPECT_FALSE(ip->fragment());
  EXPECT_TRUE(ip->header_checksum_ok());
  EXPECT_EQ(ip->header().size(), 20u);
  EXPECT_EQ(ip->payload().size(), kTcp + 5);
}

TEST(DatagramView, AnIpv6HeaderIsShown) {
  const auto bytes = datagram(IpVersion::V6, 5);
  const auto ip = DatagramView::parse(bytes);
  ASSERT_TRUE(ip);
  EXPECT_EQ(ip->version(), IpVersion::V6);
  EXPECT_EQ(ip->destination(), IpAddress::v6(0x2001'0DB8, 2));
  EXPECT_EQ(ip->protocol(), kProtocolTcp);
  EXPECT_EQ(ip->ttl(), 17);
  EXPECT_EQ(ip->traffic_class(), 0x2E);
  EXPECT_EQ(ip->identification(), 0);
  EXPECT_EQ(ip->flow_label(), 0x1'2345u);
  EXPECT_TRUE(ip->header_checksum_ok());
  EXPECT_EQ(ip->header().size(), 40u);
  EXPECT_EQ(ip->payload().size(), kTcp + 5);
}

TEST(DatagramView, OctetsBehindTheLengthAreNoPartOfIt) {
  for (const auto version : {IpVersion::V4, IpVersion::V6}) {
    auto bytes = datagram(version, 5);
    bytes.resize(bytes.size() + 9);
    EXPECT_EQ(DatagramView::parse(bytes).value().payload().size(), kTcp + 5);
  }
}

TEST(DatagramView, WhatCannotBeReadIsRefusedWithItsReason) {
  struct Case {
    std::size_t at;
    int octet;
    DatagramError error;
  };
  const auto v4 = datagram(IpVersion::V4, 0), v6 = datagram(IpVersion::V6, 0);
  for (const auto& [at, octet, error] :
       {Case{0, 0x55, DatagramError::Version}, Case{0, 0x05, DatagramError::Version},
        Case{0, 0xF5, DatagramError::Version}, Case{0, 0x44, DatagramError::HeaderLength},
        Case{0, 0x40, DatagramError::HeaderLength}, Case{0, 0x4F, DatagramError::HeaderLength},
        Case{2, 0xFF, DatagramError::TotalLength}, Case{3, 0x13, DatagramError::TotalLength}}) {
    auto bytes = v4;
    bytes[at] = static_cast<std::byte>(octet);
    const auto ip = DatagramView::parse(std::span{bytes}.first(at == 0 ? 52 : bytes.size()));
    ASSERT_FALSE(ip) << at << " " << octet;
    EXPECT_EQ(ip.error(), error) << at << " " << octet;
  }
  auto longer = v6;
  longer[5] = std::byte{kTcp + 1};
  EXPECT_EQ(DatagramView::parse(longer).error(), DatagramError::TotalLength);
  for (std::size_t size = 0; size < 20; ++size) {
    EXPECT_EQ(DatagramView::parse(std::span{v4}.first(size)).error(), DatagramError::Short);
  }
  for (std::size_t size = 0; size < 40; ++size) {
    EXPECT_EQ(DatagramView::parse(std::span{v6}.first(size)).error(), DatagramError::Short);
  }
  for (std::size_t size = 20; size < v4.size(); ++size) {
    EXPECT_EQ(DatagramView::parse(std::span{v4}.first(size)).error(), DatagramError::TotalLength);
  }
}

TEST(DatagramView, IpOptionsBelongToTheHeader) {
  auto bytes = datagram(IpVersion::V4, 0);
  bytes[0] = std::byte{0x47};
  const auto ip = DatagramView::parse(bytes);
  ASSERT_TRUE(ip);
  EXPECT_EQ(ip->header().size(), 28u);
  EXPECT_EQ(ip->payload().size(), kTcp - 8);
  EXPECT_FALSE(ip->header_checksum_ok());
}

TEST(DatagramView, AFragmentIsOneByMoreToComeOrByItsOffset) {
  struct Case {
    int high, low;
    bool fragment;
  };
  for (const auto& [high, low, fragment] :
       {Case{0x40, 0, false}, Case{0x00, 0, false}, Case{0x80, 0, false}, Case{0x20, 0, true},
        Case{0x00, 1, true}, Case{0x1F, 0xFF, true}, Case{0x60, 0, true}}) {
    auto bytes = datagram(IpVersion::V4, 0);
    bytes[6] = static_cast<std::byte>(high);
    bytes[7] = static_cast<std::byte>(low);
    EXPECT_EQ(DatagramView::parse(bytes).value().fragment(), fragment) << high << " " << low;
  }
}

// As scapy makes them.
const std::string kAddresses6 = "20010db800010000000000000000000120010db8000200000000000000000001";
const std::string kTcpOctets = "9c401f90fffffff000000001501803e850d4000068656c6c6f";

TEST(DatagramView, Ipv6ExtensionHeadersBelongToTheHeader) {
  const auto bytes = octets("6000000000390009" + kAddresses6 +
                            "3c00050200000100"  // Hop by hop: a router alert.
                            "2c01010a00000000000000000000"
                            "0100"                // Destination options: padding.
                            "060000000000004d" +  // An atomic fragment.
                            kTcpOctets);
  const auto ip = DatagramView::parse(bytes);
  ASSERT_TRUE(ip);
  EXPECT_EQ(ip->protocol(), kProtocolTcp);
  EXPECT_EQ(ip->header().size(), 72u);
  EXPECT_EQ(ip->extensions().size(), 32u);
  EXPECT_EQ(hex(ip->payload()), kTcpOctets);
  EXPECT_EQ(tcp_checksum(ip->source(), ip->destination(), ip->payload()), 0);
  EXPECT_FALSE(ip->fragment());
  ASSERT_TRUE(ip->extension(kHopByHop));
  EXPECT_EQ(hex(*ip->extension(kHopByHop)), "3c00050200000100");
  ASSERT_TRUE(ip->extension(kFragmentHeader));
  EXPECT_EQ(hex(*ip->extension(kFragmentHeader)), "060000000000004d");
  EXPECT_FALSE(ip->extension(kRouting));
}

TEST(DatagramView, TheLengthOfAnAuthenticationHeaderCountsWords) {
  const auto bytes = octets("6000000000313340" + kAddresses6 +
                            "060400000000000100000002010101010101010101010101" + kTcpOctets);
  const auto ip = DatagramView::parse(bytes);
  ASSERT_TRUE(ip);
  EXPECT_EQ(ip->protocol(), kProtocolTcp);
  EXPECT_EQ(hex(ip->payload()), kTcpOctets);
}

TEST(DatagramView, ALaterFragmentOfIpv6IsNotReadOn) {
  // Its first octets say 0, hop by hop, and mean nothing.
  const auto bytes =
      octets("6000000000102c40" + kAddresses6 + "000000190000004d" + "0001020304050607");
  const auto ip = DatagramView::parse(bytes);
  ASSERT_TRUE(ip);
  EXPECT_TRUE(ip->fragment());
  EXPECT_TRUE(ip->more_fragments());
  EXPECT_EQ(ip->fragment_offset(), 24);
  EXPECT_EQ(hex(ip->payload()), "0001020304050607");
}

TEST(DatagramView, AnExtensionHeaderPastTheEndIsThePayload) {
  const auto bytes = octets("6000000000080040" + kAddresses6 + "0601050200000100");
  const auto ip = DatagramView::parse(bytes);
  ASSERT_TRUE(ip);
  EXPECT_EQ(ip->protocol(), kHopByHop);
  EXPECT_EQ(ip->payload().size(), 8u);
  EXPECT_FALSE(ip->extension(kHopByHop));
}

TEST(DatagramView, Ipv4OptionsAreWalkedLikeThoseOfTcp) {
  const auto bytes =
      octets("47000035000000004006f788c0000201c63364019404000001000000" + kTcpOctets);
  const auto ip = DatagramView::parse(bytes);
  ASSERT_TRUE(ip);
  EXPECT_TRUE(ip->header_checksum_ok());
  std::string kinds;
  for (const OptionView& option : Options{ip->extensions()}) {
    kinds += std::to_string(option.kind) + "/" + std::to_string(option.bytes.size()) + " ";
  }
  EXPECT_EQ(kinds, "148/4 1/1 0/3 ");  // Router alert, no operation, end.
  EXPECT_FALSE(ip->dont_fragment());
}

TEST(DatagramView, AQuoteMayBeShorterThanItsLengthField) {
  for (const auto version : {IpVersion::V4, IpVersion::V6}) {
    const auto bytes = datagram(version, 100);
    const std::size_t header = version == IpVersion::V4 ? 20 : 40;
    const auto cut = std::span{bytes}.first(header + 8);
    EXPECT_FALSE(DatagramView::parse(cut));
    const auto ip = DatagramView::parse_quote(cut);
    ASSERT_TRUE(ip);
    EXPECT_EQ(ip->payload().size(), 8u);
    EXPECT_EQ(ip->total_length(), bytes.size());
    EXPECT_EQ(DatagramView::parse_quote(bytes).value().payload().size(), kTcp + 100);
  }
}

// Looks at everything there is to see.
std::size_t look(std::span<const std::byte> bytes) {
  std::size_t seen = print_datagram(bytes).size();
  const auto ip = DatagramView::parse(bytes);
  if (!ip) return seen + says(ip.error()).size();
  seen += ip->source().print().size() + ip->destination().print().size();
  seen += ip->protocol() + ip->ttl() + ip->traffic_class() + ip->identification();
  seen += ip->flow_label() + ip->fragment() + ip->header_checksum_ok();
  seen += ip->header().size() + ip->bytes().size() + ip->extensions().size();
  seen += ip->extension(kFragmentHeader).has_value() + ip->total_length() + ip->dont_fragment();
  for (const OptionView& option : Options{ip->extensions()}) seen += option.bytes.size();
  if (const auto icmp = IcmpView::parse(*ip)) {
    seen += icmp->quote().size() + icmp->mtu().value_or(0) + quoted_segment(*icmp).has_value();
  }
  if (const auto icmp = IcmpView::parse(ip->version(), ip->payload())) {
    seen += icmp->quote().size() + quoted_segment(*icmp).has_value();
  }
  if (const auto udp = UdpView::parse(ip->payload())) {
    seen += udp->payload().size() + udp->checksum_ok(ip->source(), ip->destination());
  }
  for (std::byte b : ip->payload()) seen += std::to_integer<std::size_t>(b);
  const auto tcp = SegmentView::parse(ip->payload());
  if (!tcp) return seen + says(tcp.error()).size();
  seen += tcp->source() + tcp->destination() + tcp->seq().raw() + tcp->ack().raw();
  seen += tcp->data_offset() + tcp->reserved() + tcp->flags().bits + tcp->window();
  seen += tcp->checksum() + tcp->urgent() + tcp->bytes().size();
  for (std::byte b : tcp->payload()) seen += std::to_integer<std::size_t>(b);
  for (const OptionView& option : tcp->options()) seen += option.bytes.size();
  if (const auto segment = read(*tcp)) seen += segment->length() + segment->sack_count;
  SegmentSpec everything;
  everything.flags = kSyn;
  everything.options = base::Bytes(3);
  everything.payload = base::Bytes(3);
  return seen + mismatches(everything, *ip, *tcp).size();
}

TEST(DatagramView, AnyOctetsAreReadAndNoneBehindThem) {
  base::Rng rng{1};
  std::size_t seen = 0;
  for (int round = 0; round < 40'000; ++round) {
    auto bytes = datagram(rng.chance({1, 2}) ? IpVersion::V4 : IpVersion::V6, rng.below(30));
    const bool random = rng.chance({1, 4});
    if (rng.chance({1, 4})) {  // An extension header, or another protocol.
      constexpr int kNumbers[] = {0, 1, 17, 43, 44, 51, 58, 60, 135};
      bytes[bytes[0] == std::byte{0x45} ? 9 : 6] = static_cast<std::byte>(kNumbers[rng.below(9)]);
    }
    for (auto changes = rng.below(6); changes > 0; --changes) {
      bytes[rng.below(bytes.size())] = static_cast<std::byte>(rng.below(256));
    }
    if (random) {
      for (std::size_t i = 1; i < bytes.size(); ++i) {
        bytes[i] = static_cast<std::byte>(rng.below(256));
      }
    }
    const auto size = rng.chance({1, 2}) ? bytes.size() : rng.below(bytes.size() + 1);
    // Exactly so large: whoever reads behind it is caught.
    const auto exact = std::make_unique_for_overwrite<std::byte[]>(size);
    if (size > 0) std::memcpy(exact.get(), bytes.data(), size);
    seen += look({exact.get(), size});
  }
  EXPECT_GT(seen, 0u);
}

}  // namespace
}  // namespace harness::wire
