#include "harness/base/bytes.h"

#include <gtest/gtest.h>

#include <array>
#include <string_view>

namespace harness::base {
namespace {

std::byte octet(int value) { return static_cast<std::byte>(value); }

TEST(Bytes, IntegersAreBigEndianAtAnyAlignment) {
  std::array<std::byte, 16> bytes{};
  for (std::size_t at = 0; at < 8; ++at) {
    store64(bytes.data() + at, 0x0102'0304'0506'0708u);
    for (std::size_t i = 0; i < 8; ++i) EXPECT_EQ(bytes[at + i], octet(static_cast<int>(i) + 1));
    EXPECT_EQ(load64(bytes.data() + at), 0x0102'0304'0506'0708u);
    EXPECT_EQ(load32(bytes.data() + at), 0x0102'0304u);
    EXPECT_EQ(load16(bytes.data() + at), 0x0102u);
    EXPECT_EQ(load8(bytes.data() + at), 0x01u);
  }
}

TEST(Bytes, WhatIsStoredIsLoadedAtTheEdgesOfEachSize) {
  std::array<std::byte, 9> bytes{};
  std::byte* const at = bytes.data() + 1;
  for (const std::uint64_t value :
       {std::uint64_t{0}, std::uint64_t{1}, ~std::uint64_t{0},
        std::uint64_t{0x8000'0000'0000'0000u}, std::uint64_t{0x0000'0000'FFFF'FFFFu}}) {
    store64(at, value);
    EXPECT_EQ(load64(at), value);
    store32(at, static_cast<std::uint32_t>(value));
    EXPECT_EQ(load32(at), static_cast<std::uint32_t>(value));
    store16(at, static_cast<std::uint16_t>(value));
    EXPECT_EQ(load16(at), static_cast<std::uint16_t>(value));
    store8(at, static_cast<std::uint8_t>(value));
    EXPECT_EQ(load8(at), static_cast<std::uint8_t>(value));
  }
}

TEST(Bytes, AStoreTouchesNothingBesideIt) {
  std::array<std::byte, 10> bytes;
  bytes.fill(octet(0xAA));
  store16(bytes.data() + 4, 0);
  for (std::size_t i = 0; i < bytes.size(); ++i) {
    EXPECT_EQ(bytes[i], i == 4 || i == 5 ? octet(0) : octet(0xAA)) << i;
  }
}

TEST(Bytes, TextIsItsOctets) {
  const std::string_view text{"a\0\xFF", 3};
  const auto bytes = as_bytes(text);
  ASSERT_EQ(bytes.size(), 3u);
  EXPECT_EQ(bytes[0], octet('a'));
  EXPECT_EQ(bytes[1], octet(0));
  EXPECT_EQ(bytes[2], octet(0xFF));
}

}  // namespace
}  // namespace harness::base
