#include "harness/wire/udp_view.h"

#include <gtest/gtest.h>

#include "harness/wire/datagram_view.h"
#include "tests/unit/wire/octets.h"

namespace harness::wire {
namespace {

const IpHeader kIp{.source = IpAddress::v4(0xC000'0201), .destination = IpAddress::v4(0xC633'6401)};
const IpHeader kIp6{.source = IpAddress::v6(0x2001'0DB8'0001'0000, 1),
                    .destination = IpAddress::v6(0x2001'0DB8'0002'0000, 1)};
// Made by scapy.
constexpr std::string_view kUdp = "4500001f0000400040114e98c0000201c633640113880035000b767b686921";
constexpr std::string_view kUdp6 =
    "60000000000b114020010db800010000000000000000000120010db8000200000000000000000001"
    "13880035000b073b686921";

TEST(UdpView, WhatScapyMakesIsRead) {
  for (const auto text : {kUdp, kUdp6}) {
    const auto bytes = octets(text);
    const auto ip = DatagramView::parse(bytes).value();
    EXPECT_EQ(ip.protocol(), kProtocolUdp);
    const auto udp = UdpView::parse(ip.payload()).value();
    EXPECT_EQ(udp.source(), 5000);
    EXPECT_EQ(udp.destination(), 53);
    EXPECT_EQ(hex(udp.payload()), "686921");
    EXPECT_TRUE(udp.checksum_ok(ip.source(), ip.destination()));
    EXPECT_FALSE(udp.checksum_ok(ip.source(), IpAddress::v4(1)));
  }
}

TEST(UdpView, WhatIsCraftedIsWhatScapyMakes) {
  const auto text = base::as_bytes(std::string_view{"hi!"});
  EXPECT_EQ(hex(craft_udp(kIp, 5000, 53, text)), kUdp);
  EXPECT_EQ(hex(craft_udp(kIp6, 5000, 53, text)), kUdp6);
}

TEST(UdpView, NoChecksumIsRightOnIpv4Only) {
  const auto udp = octets(
      "138800350008"
      "0000");
  const auto view = UdpView::parse(udp).value();
  EXPECT_TRUE(view.checksum_ok(kIp.source, kIp.destination));
  EXPECT_FALSE(view.checksum_ok(kIp6.source, kIp6.destination));
}

TEST(UdpView, AWrongLengthIsRefused) {
  auto udp = octets("13880035000800000000");
  EXPECT_EQ(UdpView::parse(udp).value().payload().size(), 0u);  // Two octets are padding.
  udp[5] = std::byte{7};
  EXPECT_EQ(UdpView::parse(udp).error(), UdpError::Length);
  udp[5] = std::byte{11};
  EXPECT_EQ(UdpView::parse(udp).error(), UdpError::Length);
  EXPECT_EQ(UdpView::parse(std::span{udp}.first(7)).error(), UdpError::Short);
}

}  // namespace
}  // namespace harness::wire
