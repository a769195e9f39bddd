#include "harness/target/netns/recorded.h"

#include <gtest/gtest.h>

#include <cstdint>

#include "harness/base/bytes.h"

namespace harness::target::netns {
namespace {

base::Bytes v4(std::uint8_t protocol, std::uint8_t first_octet) {
  base::Bytes octets(28);
  base::store8(octets.data(), 0x45);
  base::store16(octets.data() + 2, 28);
  base::store8(octets.data() + 9, protocol);
  base::store8(octets.data() + 20, first_octet);
  return octets;
}

base::Bytes v6(std::uint8_t protocol, std::uint8_t first_octet) {
  base::Bytes octets(48);
  base::store8(octets.data(), 0x60);
  base::store16(octets.data() + 4, 8);
  base::store8(octets.data() + 6, protocol);
  base::store8(octets.data() + 40, first_octet);
  return octets;
}

TEST(Recorded, TcpAndTheErrorsOfIcmpAre) {
  EXPECT_TRUE(recorded(v4(6, 0)));
  EXPECT_TRUE(recorded(v6(6, 0)));
  EXPECT_TRUE(recorded(v4(1, 3)));   // Destination unreachable.
  EXPECT_TRUE(recorded(v6(58, 2)));  // Packet too big.
}

TEST(Recorded, TheKernelsOwnTrafficIsNot) {
  EXPECT_FALSE(recorded(v4(1, 8)));     // Echo request.
  EXPECT_FALSE(recorded(v4(2, 0x16)));  // IGMP.
  EXPECT_FALSE(recorded(v4(17, 0)));    // UDP.
  EXPECT_FALSE(recorded(v6(58, 133)));  // Router solicitation.
  EXPECT_FALSE(recorded(v6(58, 135)));  // Neighbour solicitation.
  EXPECT_FALSE(recorded(v6(0, 58)));    // A listener report behind a hop-by-hop header.
}

TEST(Recorded, WhatCannotBeReadIs) { EXPECT_TRUE(recorded(base::Bytes(3))); }

}  // namespace
}  // namespace harness::target::netns
