// Datagrams that others made: scapy (tests/system/golden_wire_test.py has it make them again) and
// the Linux kernel. Each is a line: name, what we print, octets.

#include <gtest/gtest.h>

#include <fstream>
#include <string>

#include "harness/wire/craft.h"
#include "harness/wire/datagram_view.h"
#include "harness/wire/icmp.h"
#include "harness/wire/print.h"
#include "tests/unit/wire/octets.h"

namespace harness::wire {
namespace {

struct Golden {
  std::string name, text, hex;
};

std::vector<Golden> golden(const std::string& file) {
  std::ifstream in{LASTACK_SOURCE "/tests/golden/wire/" + file};
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

// From what is read of it, the same datagram again.
base::Bytes again(const DatagramView& ip) {
  const IpHeader header{.source = ip.source(),
                        .destination = ip.destination(),
                        .ttl = ip.ttl(),
                        .traffic_class = ip.traffic_class(),
                        .identification = ip.identification(),
                        .dont_fragment = ip.dont_fragment(),
                        .flow_label = ip.flow_label()};
  if (const auto icmp = IcmpView::parse(ip)) {
    return craft(header, IcmpMessage{.type = icmp->type(),
                                     .code = icmp->code(),
                                     .rest = icmp->rest(),
                                     .quote = icmp->bytes().subspan(8)});
  }
  const auto view = SegmentView::parse(ip.payload()).value();
  SegmentSpec spec;
  if (view.reserved() != 0) spec.reserved = view.reserved();
  return craft(spec, header, read(view).value());
}

void expect_read_and_made(const std::string& file, std::size_t least) {
  const auto rows = golden(file);
  ASSERT_GE(rows.size(), least) << file;
  for (const auto& [name, text, hex_octets] : rows) {
    const auto bytes = octets(hex_octets);
    EXPECT_EQ(print_datagram(bytes), text) << name;
    const auto ip = DatagramView::parse(bytes);
    ASSERT_TRUE(ip) << name;
    if (!ip->extensions().empty()) continue;  // Read, never made.
    EXPECT_EQ(hex(again(*ip)), hex_octets) << name;
  }
}

TEST(Golden, WhatScapyMakesIsReadAndMadeAgain) { expect_read_and_made("scapy.tsv", 18); }

TEST(Golden, WhatLinuxSendsIsReadAndMadeAgain) { expect_read_and_made("linux.tsv", 10); }

}  // namespace
}  // namespace harness::wire
