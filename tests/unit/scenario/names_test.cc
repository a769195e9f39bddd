#include "harness/scenario/names.h"

#include <gtest/gtest.h>

#include <set>

namespace harness::scenario {
namespace {

TEST(Names, ConstantsHaveLinuxsValues) {
  EXPECT_EQ(constant_named("AF_INET6"), 10);
  EXPECT_EQ(constant_named("SO_REUSEADDR"), 2);
  EXPECT_EQ(constant_named("SOL_TCP"), 6);
  EXPECT_EQ(constant_named("TCP_INFO"), 11);
  EXPECT_EQ(constant_named("O_NONBLOCK"), 2048);
  EXPECT_EQ(constant_named("POLLRDHUP"), 0x2000);
  EXPECT_EQ(constant_named("MSG_FASTOPEN"), 0x2000'0000);
  EXPECT_EQ(constant_named("AF_INTE"), std::nullopt);
}

TEST(Names, ErrorsGoBothWays) {
  EXPECT_EQ(error_named("ECONNREFUSED"), 111);
  EXPECT_EQ(error_named("EWOULDBLOCK"), error_named("EAGAIN"));
  EXPECT_EQ(error_name(11), "EAGAIN");
  EXPECT_EQ(error_name(0), "");
  for (const auto& error : errors()) {
    const auto number = error_named(error.name);
    ASSERT_TRUE(number);
    EXPECT_EQ(error_named(error_name(*number)), number) << error.name;
  }
}

TEST(Names, EachIsThereOnce) {
  std::set<std::string_view> seen;
  for (const auto& constant : constants()) EXPECT_TRUE(seen.insert(constant.name).second);
  for (const auto& error : errors()) EXPECT_TRUE(seen.insert(error.name).second) << error.name;
}

TEST(Names, AValueIsNamedWithinItsFamily) {
  EXPECT_EQ(constant_name("SO_", 2), "SO_REUSEADDR");
  EXPECT_EQ(constant_name("SHUT_", 2), "SHUT_RDWR");
  EXPECT_EQ(constant_name("SHUT_", 9), "");
}

}  // namespace
}  // namespace harness::scenario
