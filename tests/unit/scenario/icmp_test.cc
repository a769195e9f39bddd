#include "harness/scenario/icmp.h"

#include <gtest/gtest.h>

#include "harness/wire/icmp.h"
#include "harness/wire/segment.h"
#include "tests/unit/scenario/scripts.h"

namespace harness::scenario {
namespace {

using wire::IpVersion;

std::optional<IcmpKind> kind(std::string type, std::string code, IpVersion version) {
  return icmp_kind({.type = std::move(type), .code = std::move(code)}, version);
}

TEST(ScenarioIcmp, WordsAreWhatTheyNameInTheirVersionElseWhatATranslatorMakesOfThem) {
  const struct {
    std::string type, code;
    std::optional<IcmpKind> four, six;
  } kCases[] = {
      {"unreachable", "", {{3, 0}}, {{1, 0}}},
      {"unreachable", "net_unreachable", {{3, 0}}, {{1, 0}}},
      {"unreachable", "host_unreachable", {{3, 1}}, {{1, 0}}},
      {"unreachable", "protocol_unreachable", {{3, 2}}, {{4, 1}}},
      {"unreachable", "port_unreachable", {{3, 3}}, {{1, 4}}},
      {"unreachable", "frag_needed", {{3, 4}}, {{2, 0}}},
      {"unreachable", "source_route_failed", {{3, 5}}, {{1, 0}}},
      {"unreachable", "net_prohibited", {{3, 9}}, {{1, 1}}},
      {"unreachable", "packet_filtered", {{3, 13}}, {{1, 1}}},
      {"unreachable", "precedence_violation", {{3, 14}}, {}},
      {"unreachable", "precedence_cutoff", {{3, 15}}, {{1, 1}}},
      {"unreachable", "no_route", {{3, 1}}, {{1, 0}}},
      {"unreachable", "admin_prohibited", {{3, 10}}, {{1, 1}}},
      {"unreachable", "beyond_scope", {{3, 1}}, {{1, 2}}},
      {"unreachable", "address_unreachable", {{3, 1}}, {{1, 3}}},
      {"unreachable", "policy_failed", {}, {{1, 5}}},
      {"packet_too_big", "", {{3, 4}}, {{2, 0}}},
      {"time_exceeded", "", {{11, 0}}, {{3, 0}}},
      {"time_exceeded", "reassembly_timeout", {{11, 1}}, {{3, 1}}},
      {"parameter_problem", "", {{12, 0}}, {{4, 0}}},
      {"source_quench", "", {{4, 0}}, {}},
      {"redirect", "code_1", {{5, 1}}, {}},
      {"type_44", "code_3", {{44, 3}}, {{44, 3}}},
      {"unreachable", "code_7", {{3, 7}}, {{1, 7}}},
      {"no_such", "", {}, {}},
  };
  for (const auto& c : kCases) {
    EXPECT_EQ(kind(c.type, c.code, IpVersion::V4), c.four) << c.type << ' ' << c.code;
    EXPECT_EQ(kind(c.type, c.code, IpVersion::V6), c.six) << c.type << ' ' << c.code;
  }
}

TEST(ScenarioIcmp, WhatAVersionLacksIsToldWithItsPlace) {
  const auto script = parsed("0 < icmp time_exceeded\n+0 < icmp source_quench");
  EXPECT_FALSE(missing_in(IpVersion::V4, script.steps));
  EXPECT_EQ(missing_in(IpVersion::V6, script.steps),
            "IPv6 has no ICMP `source_quench` (test.pkt:2:1)");
  const auto all = parsed("0 < [to multicast] S 0:0(0) win 1\n+0 < [to broadcast] S 0:0(0) win 1");
  EXPECT_FALSE(missing_in(IpVersion::V4, all.steps));
  EXPECT_EQ(missing_in(IpVersion::V6, all.steps), "IPv6 has no broadcast (test.pkt:2:1)");
}

TEST(ScenarioIcmp, TheErrorQuotesTheIpHeaderAndEightOctets) {
  const wire::IpHeader ip{.source = wire::IpAddress::v4(0xC633'6401),
                          .destination = wire::IpAddress::v4(0xC000'0201)};
  const auto about = wire::craft({}, {.source = ip.destination, .destination = ip.source},
                                 {.source = 8080, .destination = 40'000, .seq = wire::SeqNum{7}});
  auto step = last_step<PacketStep>("0 < [ttl 9] icmp unreachable frag_needed mtu 600");
  const auto datagram = craft_icmp(step, ip, about);
  const auto view = wire::DatagramView::parse(datagram);
  ASSERT_TRUE(view);
  EXPECT_EQ(view->ttl(), 9);
  const auto icmp = wire::IcmpView::parse(*view);
  ASSERT_TRUE(icmp);
  EXPECT_EQ(icmp->mtu(), 600u);
  EXPECT_EQ(icmp->quote().size(), 28u);
  const auto quoted = wire::quoted_segment(*icmp);
  ASSERT_TRUE(quoted);
  EXPECT_EQ(quoted->connection.local.port, 8080);
  EXPECT_EQ(quoted->connection.remote.port, 40'000);
  EXPECT_EQ(quoted->seq.raw(), 7u);
  EXPECT_EQ(wire::icmp_checksum(ip.source, ip.destination, icmp->bytes()), 0);

  step.checksum_bad = true;
  const auto damaged = craft_icmp(step, ip, about);
  EXPECT_NE(wire::icmp_checksum(ip.source, ip.destination, std::span{damaged}.subspan(20)), 0);
}

}  // namespace
}  // namespace harness::scenario
