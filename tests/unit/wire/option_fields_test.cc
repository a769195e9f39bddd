#include "harness/wire/option_fields.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <string>

#include "tests/unit/wire/octets.h"

namespace harness::wire {
namespace {

OptionView option(const base::Bytes& bytes) { return *Options{bytes}.begin(); }

// What decode gives is encoded to the octets it came from; what it gives nothing for is of another
// kind or length.
template <class Decode>
void expect_lengths(std::string_view head, Decode decode, std::initializer_list<int> legal) {
  for (int length = 2; length <= 40; ++length) {
    auto bytes = octets(head);
    const auto magic = bytes.size() - 2;
    bytes.resize(static_cast<std::size_t>(std::max<int>(length, static_cast<int>(bytes.size()))));
    bytes[1] = static_cast<std::byte>(length);
    for (std::size_t i = 2 + magic; i < bytes.size(); ++i) bytes[i] = static_cast<std::byte>(i);
    const auto decoded = decode(option(bytes));
    EXPECT_EQ(decoded.has_value(), std::ranges::find(legal, length) != legal.end()) << length;
    if constexpr (requires { encode(*decoded); }) {
      if (decoded) {
        EXPECT_EQ(hex(encode(*decoded)), hex(bytes));
      }
    }
    bytes.pop_back();  // The length octet says more than there is.
    EXPECT_FALSE(decode(option(bytes)));
    bytes.push_back({});
    bytes[0] ^= std::byte{1};
    EXPECT_FALSE(decode(option(bytes)));
  }
}

TEST(OptionFields, EachHasItsLengths) {
  expect_lengths("2200", decode_fast_open, {2, 6, 8, 10, 12, 14, 16, 18});
  expect_lengths("fe00f989", decode_fast_open, {4, 8, 10, 12, 14, 16, 18, 20});
  expect_lengths("1c00", decode_user_timeout, {4});
  expect_lengths("1300", decode_md5, {18});
  expect_lengths("ac00", decode_accurate_ecn, {2, 5, 8, 11});
  expect_lengths("ae00", decode_accurate_ecn, {2, 5, 8, 11});
  for (int length = 4; length <= 40; ++length) {
    base::Bytes bytes(static_cast<std::size_t>(length), std::byte{7});
    bytes[0] = std::byte{29};
    bytes[1] = static_cast<std::byte>(length);
    const auto ao = decode_authentication(option(bytes));
    ASSERT_TRUE(ao);
    EXPECT_EQ(ao->mac.size(), bytes.size() - 4);
    EXPECT_EQ(encode(*ao), bytes);
  }
}

TEST(OptionFields, TheirValuesAreRead) {
  auto bytes = octets("2206a1a2a3a4");
  EXPECT_EQ(hex(decode_fast_open(option(bytes)).value().cookie), "a1a2a3a4");
  EXPECT_FALSE(decode_fast_open(option(bytes)).value().experimental);
  bytes = octets("fe04f989");
  EXPECT_TRUE(decode_fast_open(option(bytes)).value().experimental);
  bytes = octets("fe04f98a");
  EXPECT_FALSE(decode_fast_open(option(bytes)));
  bytes = octets("1c04ffff");
  EXPECT_EQ(decode_user_timeout(option(bytes)), (UserTimeout{.minutes = true, .value = 0x7FFF}));
  bytes = octets("1d06010203ff");
  EXPECT_EQ(decode_authentication(option(bytes)).value().next_key_id, 2);
  bytes = octets("ac0b000001000002ffffff");
  EXPECT_EQ(decode_accurate_ecn(option(bytes)),
            (AccurateEcn{.e0b = 1, .ceb = 2, .e1b = 0xFF'FFFF}));
  bytes = octets("ae0b000001000002ffffff");
  EXPECT_EQ(decode_accurate_ecn(option(bytes)),
            (AccurateEcn{.order1 = true, .e0b = 0xFF'FFFF, .ceb = 2, .e1b = 1}));
  bytes = octets("ae05000001");
  EXPECT_EQ(decode_accurate_ecn(option(bytes)), (AccurateEcn{.order1 = true, .e1b = 1}));
}

TEST(OptionFields, ACounterBehindAMissingOneIsNotWritten) {
  EXPECT_EQ(hex(encode(AccurateEcn{.e0b = 1, .e1b = 3})), "ac05000001");
  EXPECT_EQ(hex(encode(AccurateEcn{})), "ac02");
}

}  // namespace
}  // namespace harness::wire
