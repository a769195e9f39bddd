#include "harness/scenario/command.h"

#include <gtest/gtest.h>

namespace harness::scenario {
namespace {

using Settings = std::vector<std::string>;

TEST(Command, SysctlIsUnderstoodInItsUsualForms) {
  const struct {
    std::string command;
    Settings settings;
  } kCases[] = {
      {"sysctl -w net.ipv4.tcp_ecn=0", {"net.ipv4.tcp_ecn=0"}},
      {"sysctl -q -w a.b=1 c.d=2", {"a.b=1", "c.d=2"}},
      {"  sysctl -qw a.b=1 ;sysctl c.d=2\n\nsysctl -q e.f=3 && sysctl g.h=4;",
       {"a.b=1", "c.d=2", "e.f=3", "g.h=4"}},
      {"/sbin/sysctl -w a.b=", {"a.b="}},
      {"sysctl -w net.ipv4.tcp_rmem=\"4096 87380 6291456\"",
       {"net.ipv4.tcp_rmem=4096 87380 6291456"}},
      {"sysctl -w 'net.ipv4.tcp_rmem=1 2 3'", {"net.ipv4.tcp_rmem=1 2 3"}},
      {"sysctl -w net/ipv4/conf/eth0.7/rp_filter=0", {"net.ipv4.conf.eth0/7.rp_filter=0"}},
      {"sysctl -w a.b=c=d", {"a.b=c=d"}},
  };
  for (const auto& c : kCases) EXPECT_EQ(sysctls_of(c.command), c.settings) << c.command;
}

TEST(Command, EverythingElseIsLeftToAShell) {
  for (std::string command : {"",
                              "true",
                              "sysctl",
                              "sysctl -a",
                              "sysctl net.ipv4.tcp_ecn",
                              "sysctl -p file",
                              "sysctl -e -w a.b=1",
                              "sysctl -w a.b=1 && true",
                              "sysctl -w a.b=1 > /dev/null",
                              "sysctl -w a.b=$X",
                              "sysctl -w a.b=\"$X\"",
                              "sysctl -w a.b=1 &",
                              "sysctl -w a.b=1 | cat",
                              "sysctl -w a.b=1 || true",
                              "sysctl -w a.b=*",
                              "sysctl -w a.b='1",
                              "sysctl -w =1",
                              "(sysctl -w a.b=1)",
                              "sysctl -w a.b=1 # why",
                              "sysctl -w a.b=\\ 1",
                              "sudo sysctl -w a.b=1"}) {
    EXPECT_EQ(sysctls_of(command), Settings{}) << command;
  }
}

}  // namespace
}  // namespace harness::scenario
