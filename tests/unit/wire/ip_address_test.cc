#include "harness/wire/ip_address.h"

#include <gtest/gtest.h>

#include <string_view>

namespace harness::wire {
namespace {

TEST(IpAddress, WhatIsPrintedIsReadBack) {
  for (const std::string_view text :
       {"0.0.0.0", "192.0.2.1", "255.255.255.255", "::", "::1", "2001:db8::1", "fe80::1:2:3:4",
        "ffff:ffff:ffff:ffff:ffff:ffff:ffff:ffff", "::ffff:192.0.2.1"}) {
    const auto address = IpAddress::parse(text);
    ASSERT_TRUE(address) << text;
    EXPECT_EQ(address->print(), text);
  }
}

TEST(IpAddress, AnythingElseIsNone) {
  for (const std::string_view text :
       {"", "192.0.2", "192.0.2.256", "192.0.2.1 ", " 192.0.2.1", "192.0.2.1/24", "2001:db8",
        "2001:db8::1%eth0", "[::1]", "host.example", ":::", "1::2::3"}) {
    EXPECT_EQ(IpAddress::parse(text), std::nullopt) << text;
  }
  EXPECT_EQ(IpAddress::parse(std::string_view{"192.0.2.1\0x", 11}), std::nullopt);
}

TEST(IpAddress, ItStandsInAHeaderAsItsOctets) {
  const auto v4 = IpAddress::v4(0xC000'0201);
  base::Bytes octets(16, std::byte{0xAA});
  v4.store(octets.data());
  EXPECT_EQ(base::load32(octets.data()), 0xC000'0201u);
  EXPECT_EQ(octets[4], std::byte{0xAA});
  EXPECT_EQ(IpAddress::load(octets.data(), IpVersion::V4), v4);
  const auto v6 = IpAddress::v6(0x2001'0DB8'0000'0000, 1);
  v6.store(octets.data());
  EXPECT_EQ(IpAddress::load(octets.data(), IpVersion::V6), v6);
  EXPECT_EQ(v4.size(), 4u);
  EXPECT_EQ(v6.size(), 16u);
}

TEST(IpAddress, VersionsDoNotMix) {
  EXPECT_NE(IpAddress::v4(1), IpAddress::v6(0, 1));
  EXPECT_TRUE(IpAddress{}.unspecified());
  EXPECT_TRUE(IpAddress::v6(0, 0).unspecified());
  EXPECT_FALSE(IpAddress::v4(1).unspecified());
}

TEST(Endpoint, APortStandsBehindTheAddress) {
  EXPECT_EQ((Endpoint{IpAddress::v4(0xC000'0201), 8080}.print()), "192.0.2.1:8080");
  EXPECT_EQ((Endpoint{IpAddress::v6(0x2001'0DB8'0000'0000, 1), 80}.print()), "[2001:db8::1]:80");
}

}  // namespace
}  // namespace harness::wire
