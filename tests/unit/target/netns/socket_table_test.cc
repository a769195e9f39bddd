#include "harness/target/netns/socket_table.h"

#include <gtest/gtest.h>

namespace harness::target::netns {
namespace {

TEST(SocketTable, GivesTheLowestFreeNameFromThree) {
  SocketTable table;
  const auto fresh = [&] { return table.enter(std::make_shared<Socket>()); };
  EXPECT_EQ(fresh(), 3);
  EXPECT_EQ(fresh(), 4);
  EXPECT_EQ(fresh(), 5);
  EXPECT_TRUE(table.take(4));
  EXPECT_FALSE(table.find(4));
  EXPECT_EQ(fresh(), 4);
  EXPECT_EQ(fresh(), 6);
}

TEST(SocketTable, KnowsNoOtherName) {
  SocketTable table;
  table.enter(std::make_shared<Socket>());
  for (const int fd : {-1, 0, 1, 2, 4, 1'000'000}) EXPECT_FALSE(table.find(fd)) << fd;
}

}  // namespace
}  // namespace harness::target::netns
