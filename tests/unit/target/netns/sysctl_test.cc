#include "harness/target/netns/sysctl.h"

#include <gtest/gtest.h>

#include <cerrno>
#include <fstream>
#include <string>
#include <string_view>

namespace harness::target::netns {
namespace {

TEST(Sysctl, EitherSeparatorLeadsToTheFile) {
  EXPECT_EQ(sysctl_path("net.ipv4.tcp_sack"), "/proc/sys/net/ipv4/tcp_sack");
  EXPECT_EQ(sysctl_path("net/ipv4/tcp_sack"), "/proc/sys/net/ipv4/tcp_sack");
  EXPECT_EQ(sysctl_path("net.ipv4.conf.eth0/1.rp_filter"),
            "/proc/sys/net/ipv4/conf/eth0.1/rp_filter");
}

TEST(Sysctl, NoNameLeadsOutOfNet) {
  for (const std::string_view name :
       {"", "net", "net.", "kernel.hostname", "vm/overcommit_memory", "net/../kernel/hostname",
        "net.//.kernel/hostname", "/net/ipv4/x", "net//ipv4", "net/./ipv4", "net/ipv4/..",
        "network/x", "net.ipv4.a b", "net.ipv4.a\nb"}) {
    EXPECT_EQ(sysctl_path(name), "") << name;
  }
}

TEST(Sysctl, WhatIsNoSettingIsRefusedBeforeAnyFileIsOpened) {
  EXPECT_EQ(set_sysctl("kernel.hostname=x"), EPERM);
  EXPECT_EQ(set_sysctl("net.ipv4.tcp_sack"), EINVAL);
  EXPECT_EQ(set_sysctl("net.ipv4.tcp_sack="), EINVAL);
  EXPECT_EQ(set_sysctl("net.ipv4.no_such_thing = 1"), ENOENT);
  EXPECT_FALSE(sysctl_writable("kernel.hostname=x"));
}

TEST(Sysctl, WhatHasItsValueIsLeftAlone) {
  std::ifstream file{"/proc/sys/net/ipv4/tcp_rmem"};
  std::string least, usual, most;
  file >> least >> usual >> most;
  EXPECT_EQ(ensure_sysctl("net.ipv4.tcp_rmem=" + least + ' ' + usual + ' ' + most), 0);
  EXPECT_EQ(ensure_sysctl("net.ipv4.no_such_thing=1"), ENOENT);
  EXPECT_EQ(ensure_sysctl("kernel.hostname=x"), EPERM);
}

}  // namespace
}  // namespace harness::target::netns
