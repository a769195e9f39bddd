#include "harness/scenario/parse_options.h"

#include "tests/unit/scenario/scripts.h"

namespace harness::scenario {
namespace {

using namespace std::chrono_literals;
using Family = Options::Family;

Options options(const std::string& text) { return parsed(text + std::string(kStep)).options; }

TEST(ParseOptions, EachIsReadInItsForms) {
  EXPECT_EQ(options("--ip_version=ipv4").family, Family::V4);
  EXPECT_EQ(options("--ip_version=\"ipv6\"").family, Family::V6);
  EXPECT_EQ(options("--ip_version=ipv4-mapped-ipv6").family, Family::Mapped);
  EXPECT_EQ(options("--ip_version=ipv4_mapped_ipv6").family, Family::Mapped);
  EXPECT_EQ(options("--local_ip=192.0.2.9").local_ip, wire::IpAddress::parse("192.0.2.9"));
  const auto remote = options("--remote_ip=\"2001:DB8::1/32\" // the peer");
  EXPECT_EQ(remote.remote_ip, wire::IpAddress::parse("2001:db8::1"));
  EXPECT_EQ(remote.remote_prefix, 32);
  EXPECT_EQ(options("--remote_ip=192.0.2.1/24/* bare */").remote_prefix, 24);
  EXPECT_EQ(options("--bind_port=80 --connect_port = 443").bind_port, 80);
  EXPECT_EQ(options("--bind_port=80 --connect_port = 443").connect_port, 443);
  EXPECT_EQ(options("--mtu=9000").mtu, 9000);
  EXPECT_EQ(options("--tolerance_usecs=100000").tolerance, 100ms);
  EXPECT_EQ(options("--tolerance_percent=20").tolerance_per_mille, 200u);
  EXPECT_EQ(options("--tolerance_percent=12.5").tolerance_per_mille, 125u);
  EXPECT_TRUE(options("--strict_segments").strict_segments);
}

TEST(ParseOptions, WhatIsLeftOutIsAsInPacketdrill) {
  const Options usual = options("");
  EXPECT_FALSE(usual.family);
  EXPECT_EQ(usual.bind_port, 8080);
  EXPECT_EQ(usual.mtu, 1500);
  EXPECT_EQ(usual.tolerance, 4ms);
  EXPECT_FALSE(usual.strict_segments);
}

TEST(ParseOptions, AddressesSayWhichVersionItIs) {
  EXPECT_EQ(options("--local_ip=192.0.2.9").family, Family::V4);
  EXPECT_EQ(options("--remote_ip=2001:db8::1").family, Family::V6);
  EXPECT_EQ(options("--ip_version=ipv4-mapped-ipv6 --local_ip=192.0.2.9").family, Family::Mapped);
}

TEST(ParseOptions, WhatCannotMatterIsSkipped) {
  options(
      "--gateway_ip=192.168.0.1 --netmask_ip=255.255.0.0 --mss=0 --tcp_ts_tick_usecs=0 "
      "--non_fatal=syscall --send_omit_free --code_command=python3 --debug -v --verbose");
}

TEST(ParseOptions, WhatWouldMatterIsNotSupportedYet) {
  for (std::string text :
       {"@--mss=1000", "@--tcp_ts_tick_usecs=1000", "@--tcp_ts_ecr_scaled", "@--non_fatal=packet",
        "@--is_anyip", "@--speed=1000", "@--init_scripts=a", "@--define=A=1", "@-D A=1",
        "@--so_filename=x.so", "@--dry_run", "@--wire_client", "@--udp_encapsulation=tcp"}) {
    expect_error(text + std::string(kStep), "is not supported yet");
  }
}

TEST(ParseOptions, WrongOptionsAreToldAtTheirPlace) {
  const auto check = [](const std::string& text, std::string_view says) {
    expect_error(text + std::string(kStep), says);
  };
  check("@--mto=1500", "unknown option `--mto`; did you mean `mtu`?");
  check("--mtu=@1500x", "--mtu takes octets from 68 to 65535, not `1500x`");
  check("--mtu=@67", "from 68 to 65535");
  check("--mtu=@99999999999999999999", "from 68 to 65535");
  check("@--mtu 1500", "--mtu takes octets from 68 to 65535");
  check("--mtu=1500 @--mtu=1500", "--mtu stands here twice");
  check("--bind_port=@0", "a port from 1 to 65535");
  check("--ip_version=@ipv5", "ipv4, ipv4-mapped-ipv6 or ipv6");
  check("--local_ip=@192.0.2", "an address such as");
  check("--remote_ip=@\"192.0.2.1/33\"", "a prefix length from 0 to 32");
  check("--remote_ip=@192.0.2.1/", "a prefix length");
  check("--gateway_ip=@here", "an address such as");
  check("--strict_segments=@1", "--strict_segments takes no value");
  check("--tolerance_percent=@.5", "per cent");
  check("--tolerance_percent=@1.25", "one digit behind the point");
  check("@--ip_version=ipv6 --local_ip=192.0.2.1", "not of one IP version");
  check("@--local_ip=192.0.2.1 --remote_ip=2001:db8::1", "not of one IP version");
  check("--local_ip=@\"192.0.2.1", "this string never ends");
  expect_error("0 close(3) = 0\n@--mtu=1500", "options stand before the first step");
}

}  // namespace
}  // namespace harness::scenario
