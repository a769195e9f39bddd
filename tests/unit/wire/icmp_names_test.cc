#include "harness/wire/icmp_names.h"

#include <gtest/gtest.h>

namespace harness::wire {
namespace {

TEST(IcmpNames, NamesAndNumbersAreEachOthersInverse) {
  int named = 0;
  for (const auto version : {IpVersion::V4, IpVersion::V6}) {
    for (unsigned type = 0; type < 256; ++type) {
      const auto t = static_cast<std::uint8_t>(type);
      if (const auto name = icmp_type_name(version, t); !name.empty()) {
        EXPECT_EQ(icmp_type_named(version, name), t);
        ++named;
      }
      for (unsigned code = 0; code < 256; ++code) {
        const auto c = static_cast<std::uint8_t>(code);
        const auto name = icmp_code_name(version, t, c);
        if (name.empty()) continue;
        EXPECT_EQ(icmp_code_named(version, t, name), c);
        ++named;
      }
    }
  }
  EXPECT_GE(named, 40);
}

TEST(IcmpNames, EachVersionHasItsOwn) {
  EXPECT_EQ(icmp_type_named(IpVersion::V4, "unreachable"), 3);
  EXPECT_EQ(icmp_type_named(IpVersion::V6, "unreachable"), 1);
  EXPECT_EQ(icmp_code_named(IpVersion::V4, 3, "port_unreachable"), 3);
  EXPECT_EQ(icmp_code_named(IpVersion::V6, 1, "port_unreachable"), 4);
  EXPECT_FALSE(icmp_type_named(IpVersion::V4, "packet_too_big"));
}

TEST(IcmpNames, AnyNumberCanBeWritten) {
  EXPECT_EQ(icmp_type_named(IpVersion::V4, "type_255"), 255);
  EXPECT_EQ(icmp_code_named(IpVersion::V6, 2, "code_0"), 0);
  for (const auto* text : {"type_256", "type_", "type_1x", "type_-1", "code_1", ""}) {
    EXPECT_FALSE(icmp_type_named(IpVersion::V4, text)) << text;
  }
}

}  // namespace
}  // namespace harness::wire
