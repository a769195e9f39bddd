#include "harness/wire/print.h"

#include <gtest/gtest.h>

#include <initializer_list>
#include <string>
#include <string_view>

#include "harness/wire/craft.h"
#include "harness/wire/icmp.h"
#include "tests/unit/wire/octets.h"

namespace harness::wire {
namespace {

TEST(Print, FlagsAreLettersInTheOrderOfScripts) {
  struct Case {
    Flags flags;
    std::string_view text;
  };
  for (const auto& [flags, text] :
       {Case{{}, "-"}, Case{kSyn, "S"}, Case{kSyn | kAck, "S."}, Case{kFin | kAck, "F."},
        Case{kFin | kPsh | kAck, "FP."}, Case{kRst, "R"}, Case{kAck, "."},
        Case{kSyn | kEce | kCwr, "SEW"}, Case{kSyn | kEce | kCwr | kAe, "SEWA"},
        Case{kUrg | kAck, "U."}, Case{Flags{0x1FF}, "FSRPEWAU."}}) {
    EXPECT_EQ(print(flags), text);
  }
}

std::string options(std::initializer_list<int> values, PrintBase base = {}) {
  base::Bytes bytes;
  for (int value : values) bytes.push_back(static_cast<std::byte>(value));
  return print_options(bytes, base);
}

TEST(Print, OptionsAreWrittenAsInScripts) {
  EXPECT_EQ(options({}), "");
  EXPECT_EQ(options({2, 4, 5, 180, 4, 2, 8, 10, 0, 0, 0, 1, 255, 255, 255, 255, 1, 3, 3, 7}),
            "mss 1460,sackOK,TS val 1 ecr 4294967295,nop,wscale 7");
  EXPECT_EQ(options({1, 1, 5, 10, 0, 0, 0, 20, 0, 0, 0, 30}, {.seq = 9, .ack = 10}),
            "nop,nop,sack 10:20");
  EXPECT_EQ(options({5, 18, 0, 0, 0, 1, 0, 0, 0, 2, 0, 0, 0, 3, 0, 0, 0, 4}), "sack 1:2 3:4");
}

TEST(Print, WhatNoNotationFitsIsWrittenAsOctets) {
  EXPECT_EQ(options({253, 4, 1, 2}), "gen-253 0x0102");
  EXPECT_EQ(options({77, 2}), "gen-77");
  EXPECT_EQ(options({2, 3, 9}), "gen-2 0x09");
  EXPECT_EQ(options({5, 2}), "gen-5");
  EXPECT_EQ(options({5, 3, 1}), "gen-5 0x01");
  EXPECT_EQ(options({2, 0, 1, 1}), "raw 0x02000101");
  EXPECT_EQ(options({1, 2}), "nop,raw 0x02");
}

TEST(Print, TheRarerOptionsAreWrittenAsInScripts) {
  EXPECT_EQ(options({34, 2}), "FO");
  EXPECT_EQ(options({34, 6, 1, 2, 3, 4}), "FO 0x01020304");
  EXPECT_EQ(options({254, 4, 0xF9, 0x89}), "FOEXP");
  EXPECT_EQ(options({254, 8, 0xF9, 0x89, 1, 2, 3, 4}), "FOEXP 0x01020304");
  EXPECT_EQ(options({28, 4, 0, 30, 28, 4, 0x80, 5}), "uto seconds 30,uto minutes 5");
  EXPECT_EQ(options({29, 4, 1, 2, 29, 6, 3, 4, 5, 6}),
            "ao keyid 1 rnext 2,ao keyid 3 rnext 4 mac 0x0506");
  EXPECT_EQ(options({172, 11, 0, 0, 1, 0, 1, 0, 255, 255, 255}), "ECN e0b 1 ceb 256 e1b 16777215");
  EXPECT_EQ(options({174, 8, 0, 0, 1, 0, 0, 2}), "ECN e1b 1 ceb 2");
  EXPECT_EQ(options({19, 18, 0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15}),
            "md5 0x000102030405060708090a0b0c0d0e0f");
}

TEST(Print, ARarerOptionOfAWrongLengthIsWrittenAsOctets) {
  EXPECT_EQ(options({34, 5, 1, 2, 3}), "gen-34 0x010203");  // An odd cookie.
  EXPECT_EQ(options({34, 4, 1, 2}), "gen-34 0x0102");       // Too short a one.
  EXPECT_EQ(options({254, 4, 0xF9, 0x88}), "gen-254 0xf988");
  EXPECT_EQ(options({28, 3, 0}), "gen-28 0x00");
  EXPECT_EQ(options({29, 3, 0}), "gen-29 0x00");
  EXPECT_EQ(options({172, 2}), "gen-172");
  EXPECT_EQ(options({174, 4, 1, 2}), "gen-174 0x0102");
  EXPECT_EQ(options({19, 4, 1, 2}), "gen-19 0x0102");
  EXPECT_EQ(options({34, 9, 1, 2}), "raw 0x22090102");
}

TEST(Print, TheEndAndItsPaddingAreShown) {
  EXPECT_EQ(options({0}), "eol");
  EXPECT_EQ(options({1, 0, 0, 0}), "nop,eol,eol,eol");
  EXPECT_EQ(options({0, 0, 1, 0}), "raw 0x00000100");  // MUST-69: it should be zeros.
  EXPECT_EQ(options({0, 0, 0, 0, 0}), "raw 0x0000000000");
}

SegmentSpec plain() {
  SegmentSpec spec;
  spec.source = Port{8080};
  spec.destination = Port{40'000};
  spec.seq = 0xFFFF'FFFF;
  spec.ack = 1001;
  spec.flags = kAck | kPsh;
  spec.window = std::uint16_t{500};
  spec.payload = base::Bytes(3);
  return spec;
}

base::Bytes crafted(const SegmentSpec& spec) {
  const IpHeader ip{.source = IpAddress::v4(0xC000'0201),
                    .destination = IpAddress::v4(0xC633'6401)};
  return craft(spec, ip, {});
}

std::string datagram(const SegmentSpec& spec, PrintBase base = {}) {
  return print_datagram(crafted(spec), base);
}

TEST(Print, ASegmentIsALineOfAScript) {
  EXPECT_EQ(datagram(plain()), "P. 4294967295:2(3) ack 1001 win 500");
  EXPECT_EQ(datagram(plain(), {.seq = 0xFFFF'FFF0, .ack = 1000}), "P. 15:18(3) ack 1 win 500");
}

TEST(Print, AnAcknowledgmentWithoutItsBitIsShownAsItStands) {
  auto spec = plain();
  spec.flags = kPsh;
  EXPECT_EQ(datagram(spec, {.seq = 0xFFFF'FFFF, .ack = 1000}), "P 0:3(3) ack 1001 win 500");
  spec.ack = 0;
  EXPECT_EQ(datagram(spec, {.seq = 0xFFFF'FFFF, .ack = 1000}), "P 0:3(3) win 500");
}

TEST(Print, UrgentDataIsShownWithAndWithoutItsBit) {
  auto spec = plain();
  spec.urgent = std::uint16_t{2};
  EXPECT_EQ(datagram(spec), "P. 4294967295:2(3) ack 1001 win 500 urg 2");
  spec.flags = kAck | kUrg;
  spec.urgent = std::uint16_t{0};
  EXPECT_EQ(datagram(spec), "U. 4294967295:2(3) ack 1001 win 500 urg 0");
}

TEST(Print, WhatIsOddIsShownInBraces) {
  auto spec = plain();
  spec.payload.emplace();
  spec.seq = 1;
  spec.options = base::Bytes(4, std::byte{1});
  spec.data_offset = std::uint8_t{3};
  EXPECT_EQ(datagram(spec), "P. 1:1(0) ack 1001 win 500 {doff 3}");
  spec.data_offset.reset();
  spec.reserved = std::uint8_t{5};
  EXPECT_EQ(datagram(spec), "P. 1:1(0) ack 1001 win 500 <nop,nop,nop,nop> {reserved 5}");
  spec.checksum_flip = 1;
  EXPECT_EQ(datagram(spec),
            "P. 1:1(0) ack 1001 win 500 <nop,nop,nop,nop> {reserved 5} {checksum bad}");
}

TEST(Print, AnIcmpErrorNamesTheSegmentItQuotes) {
  const auto segment = crafted(plain());
  const IpHeader back{.source = IpAddress::v4(0xC633'6401),
                      .destination = IpAddress::v4(0xC000'0201)};
  auto error = craft(back, IcmpMessage{.type = kIcmpUnreachable,
                                       .code = kIcmpFragmentationNeeded,
                                       .rest = 1400,
                                       .quote = quote_of(segment, 100)});
  EXPECT_EQ(print_datagram(error, {.seq = 5, .ack = 0xFFFF'FFF0}),
            "icmp unreachable frag_needed mtu 1400 [15:18(3)]");
  error.back() ^= std::byte{1};
  EXPECT_EQ(print_datagram(error, {.seq = 5, .ack = 0xFFFF'FFF0}),
            "icmp unreachable frag_needed mtu 1400 [15:18(3)] (ICMP checksum bad)");
  error = craft(back, IcmpMessage{.type = kIcmpTimeExceeded, .quote = quote_of(segment)});
  EXPECT_EQ(print_datagram(error), "icmp time_exceeded ttl_exceeded [seq 4294967295]");
  error = craft(back, IcmpMessage{.type = 77, .code = 3});
  EXPECT_EQ(print_datagram(error), "icmp type_77 code_3");
}

TEST(Print, WhatStandsBehindTheIpHeaderIsShown) {
  const auto bytes = octets(
      "47000035000000004006f788c0000201c63364019404000001000000"
      "9c401f90fffffff000000001501803e8c014000068656c6c6f");
  EXPECT_EQ(print_datagram(bytes),
            "P. 4294967280:4294967285(5) ack 1 win 1000 (IP options 0x9404000001000000)");
}

TEST(Print, WhatIsNoTcpIsSaidInWords) {
  auto bytes = crafted(plain());
  EXPECT_EQ(print_datagram({}), "(0 octets: shorter than an IP header)");
  EXPECT_EQ(print_datagram(std::span{bytes}.first(30)),
            "(30 octets: length field disagrees with the octets there are)");
  auto changed = bytes;
  changed[9] = std::byte{17};
  EXPECT_EQ(print_datagram(changed), "(IP protocol 17, 23 octets)");
  changed = bytes;
  changed[6] = std::byte{0x20};
  EXPECT_EQ(print_datagram(changed), "(IP fragment, 23 octets)");
  changed = bytes;
  changed[3] = std::byte{30};
  EXPECT_EQ(print_datagram(changed), "(43 octets: shorter than a TCP header)");
  changed = bytes;
  changed[8] = std::byte{63};
  EXPECT_EQ(print_datagram(changed),
            "P. 4294967295:2(3) ack 1001 win 500 (IP header checksum bad)");
}

}  // namespace
}  // namespace harness::wire
