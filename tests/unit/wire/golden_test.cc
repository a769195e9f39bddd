// Datagrams that others made: scapy (tests/system/golden_wire_test.py has it make them again) and
// the Linux kernel. Each is a line: name, what we print, octets.

#include <gtest/gtest.h>

#include <algorithm>
#include <fstream>
#include <string>
#include <string_view>
#include <utility>

#include "harness/scenario/cursor.h"
#include "harness/scenario/flow.h"
#include "harness/scenario/parse_packet.h"
#include "harness/wire/craft.h"
#include "harness/wire/datagram_view.h"
#include "harness/wire/icmp.h"
#include "harness/wire/print.h"
#include "harness/wire/tcp_of.h"
#include "harness/wire/udp_view.h"
#include "tests/in_tree.h"
#include "tests/unit/wire/octets.h"

namespace harness::wire {
namespace {

struct Golden {
  std::string name, text, hex;
};

std::vector<Golden> golden(const std::string& file) {
  std::ifstream in{tests::in_tree("tests/golden/wire") / file};
  std::vector<Golden> rows;
  for (std::string line; std::getline(in, line);) {
    if (line.empty() || line[0] == '#') continue;
    const auto first = line.find('\t'), second = line.find('\t', first + 1);
    const auto third = line.find('\t', second + 1);
    rows.push_back({line.substr(0, first), line.substr(first + 1, second - first - 1),
                    line.substr(second + 1, third - second - 1)});
  }
  return rows;
}

IpHeader header_of(const DatagramView& ip) {
  return {.source = ip.source(),
          .destination = ip.destination(),
          .ttl = ip.ttl(),
          .traffic_class = ip.traffic_class(),
          .identification = ip.identification(),
          .dont_fragment = ip.dont_fragment(),
          .flow_label = ip.flow_label()};
}

// The segment that the notation of scripts says, flags, numbers, options and all; only ports,
// payload and the datagram's header are those of `ip`.
base::Bytes from_notation(const std::string& text, const DatagramView& ip) {
  const std::string packet = "> " + text;
  const scenario::Source source{packet, "golden"};
  scenario::Cursor cursor{source};
  const auto step = scenario::parse_packet(cursor);
  EXPECT_TRUE(!cursor.error() && cursor.at_end()) << text;
  const auto seen = SegmentView::parse(ip.payload()).value();
  auto spec = scenario::Flow{seen.source(), seen.destination()}.to_send(step);
  spec.source = seen.source();
  spec.destination = seen.destination();
  spec.payload = base::Bytes{seen.payload().begin(), seen.payload().end()};
  EXPECT_EQ(spec.payload->size(), step.length) << text;
  return craft(spec, header_of(ip), {});
}

// The same datagram again, of its text if scripts can say it, else of what is read of it.
base::Bytes again(const std::string& text, const DatagramView& ip) {
  if (const auto icmp = IcmpView::parse(ip)) {
    return craft(header_of(ip), IcmpMessage{.type = icmp->type(),
                                            .code = icmp->code(),
                                            .rest = icmp->rest(),
                                            .quote = icmp->bytes().subspan(8)});
  }
  if (ip.protocol() == 17) {
    const auto udp = UdpView::parse(ip.payload()).value();
    EXPECT_TRUE(udp.checksum_ok(ip.source(), ip.destination())) << text;
    return craft_udp(header_of(ip), udp.source(), udp.destination(), udp.payload());
  }
  return from_notation(text, ip);
}

// What stands behind the header: of IP options and extension headers scripts know nothing.
std::string payload_of(std::span<const std::byte> octets) {
  return hex(DatagramView::parse(octets).value().payload());
}

void expect_read_and_made(const std::string& file, std::size_t least) {
  const auto rows = golden(file);
  ASSERT_GE(rows.size(), least) << file;
  for (const auto& [name, text, hex_octets] : rows) {
    const auto bytes = octets(hex_octets);
    EXPECT_EQ(print_datagram(bytes), text) << name;
    const auto ip = DatagramView::parse(bytes);
    ASSERT_TRUE(ip) << name;
    if (ip->fragment()) continue;  // Read, never made.
    if (ip->extensions().empty()) {
      EXPECT_EQ(hex(again(text, *ip)), hex_octets) << name;
    } else {
      EXPECT_EQ(payload_of(again(text.substr(0, text.find(" (IP ")), *ip)), payload_of(bytes))
          << name;
    }
  }
}

TEST(Golden, WhatScapyMakesIsReadAndMadeAgain) { expect_read_and_made("scapy.tsv", 23); }

TEST(Golden, WhatLinuxSendsIsReadAndMadeAgain) { expect_read_and_made("linux.tsv", 10); }

// An option that the notation gives otherwise would be made otherwise.
TEST(Golden, ATextWithOneThingChangedMakesOtherOctets) {
  const auto rows = golden("scapy.tsv");
  const auto row = std::ranges::find(rows, "syn_four_options", &Golden::name);
  ASSERT_NE(row, rows.end());
  const auto bytes = octets(row->hex);
  const auto ip = DatagramView::parse(bytes).value();
  for (const auto& [was, is] : {std::pair{"mss 1460", "mss 1461"},
                                {"wscale 7", "wscale 8"},
                                {"TS val 1", "TS val 2"},
                                {"nop,wscale", "wscale"},
                                {"win 65535", "win 65534"}}) {
    auto text = row->text;
    text.replace(text.find(was), std::string_view{was}.size(), is);
    if (text.contains("ecr 0,wscale")) text.replace(text.find("wscale 7"), 8, "wscale 7,nop");
    EXPECT_NE(hex(again(text, ip)), row->hex) << text;
  }
}

// Scapy's fragments: which part of what each of them is.
TEST(Golden, FragmentsAreReadAsWhatTheyAre) {
  const struct {
    std::string name;
    std::uint8_t protocol;
    std::uint16_t offset;
    bool more;
  } wanted[] = {{"fragment_first", 17, 0, true},
                {"fragment_later", 6, 24, false},
                {"fragment_v6", 6, 16, true}};
  const auto rows = golden("scapy.tsv");
  for (const auto& [name, protocol, offset, more] : wanted) {
    const auto row = std::ranges::find(rows, name, &Golden::name);
    ASSERT_NE(row, rows.end()) << name;
    const auto bytes = octets(row->hex);
    const auto ip = DatagramView::parse(bytes).value();
    EXPECT_TRUE(ip.fragment()) << name;
    EXPECT_EQ(ip.protocol(), protocol) << name;
    EXPECT_EQ(ip.fragment_offset(), offset) << name;
    EXPECT_EQ(ip.more_fragments(), more) << name;
    EXPECT_FALSE(tcp_of(ip)) << name;
  }
}

}  // namespace
}  // namespace harness::wire
