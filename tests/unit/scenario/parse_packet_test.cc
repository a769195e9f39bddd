#include "harness/scenario/parse_packet.h"

#include "harness/base/rng.h"
#include "harness/wire/print.h"
#include "harness/wire/segment.h"
#include "tests/unit/scenario/scripts.h"

namespace harness::scenario {
namespace {

PacketStep packet(const std::string& text) { return last_step<PacketStep>("0 " + text); }

base::Bytes verbatim(const std::string& options) {
  base::Bytes all;
  const auto step = packet("< S 0:0(0) win 1 <" + options + ">");
  for (const auto& part : step.options.value_or(std::vector<OptionPart>{})) {
    EXPECT_EQ(part.kind, OptionPart::Kind::Verbatim);
    all.insert(all.end(), part.octets.begin(), part.octets.end());
  }
  return all;
}

TEST(ParsePacket, AnInboundSynIsReadWhole) {
  const auto step = packet("< S 4294967290:4294967290(0) win 65535 <mss 1460>");
  EXPECT_EQ(step.direction, event::Direction::ToTarget);
  EXPECT_FALSE(step.source);
  EXPECT_EQ(step.flags, wire::kSyn);
  EXPECT_EQ(step.seq, 4294967290u);
  EXPECT_EQ(step.length, 0u);
  EXPECT_FALSE(step.ack);
  EXPECT_EQ(step.window, 65535);
  EXPECT_FALSE(step.urgent);
  ASSERT_TRUE(step.options);
  ASSERT_EQ(step.options->size(), 1u);
  EXPECT_EQ(step.options->at(0).octets, octets({2, 4, 5, 180}));
  EXPECT_FALSE(step.checksum_bad);
}

TEST(ParsePacket, WhatIsLeftOutOfAnExpectedPacketIsLeftOpen) {
  const auto step = packet("> S. 0:0(0) ack 1 <...>");
  EXPECT_EQ(step.direction, event::Direction::FromTarget);
  EXPECT_EQ(step.flags, wire::kSyn | wire::kAck);
  EXPECT_EQ(step.ack, 1u);
  EXPECT_FALSE(step.window);
  EXPECT_FALSE(step.options);
  const auto bare = packet("> . 1:1(0) ack 1");
  ASSERT_TRUE(bare.options);
  EXPECT_TRUE(bare.options->empty());
}

TEST(ParsePacket, FlagsAreLettersAndADotForAck) {
  const struct {
    std::string text;
    wire::Flags flags;
  } kCases[] = {{".", wire::kAck},
                {"-", {}},
                {"FP.", wire::kFin | wire::kPsh | wire::kAck},
                {"SEW", wire::kSyn | wire::kEce | wire::kCwr},
                {"SEWA", wire::kSyn | wire::kEce | wire::kCwr | wire::kAe},
                {"EAP.", wire::kEce | wire::kAe | wire::kPsh | wire::kAck},
                {"U.", wire::kUrg | wire::kAck},
                {"R", wire::kRst}};
  for (const auto& c : kCases) {
    EXPECT_EQ(packet("< " + c.text + " 1:1(0) win 5").flags, c.flags) << c.text;
  }
}

TEST(ParsePacket, SequenceNumbersWrapAndMayBeWrittenBeyondTheWrap) {
  for (std::string text : {"4294967290:4(10)", "4294967290:4294967300(10)"}) {
    const auto step = packet("< P. " + text + " ack 1 win 5");
    EXPECT_EQ(step.seq, 4294967290u);
    EXPECT_EQ(step.length, 10u);
  }
}

TEST(ParsePacket, PortsTtlAndTosStandBeforeTheFlags) {
  for (std::string text : {"40001 > 8080 [ttl 3,tos 0x10]", "[ttl 3] [tos 16] [40001 > 8080]",
                           "(ttl 3) [tos 0x10] 40001>8080"}) {
    const auto step = packet("< " + text + " S 0:0(0) win 5");
    EXPECT_EQ(step.source, 40001) << text;
    EXPECT_EQ(step.destination, 8080) << text;
    EXPECT_EQ(step.ttl, 3) << text;
    EXPECT_EQ(step.traffic_class, 16) << text;
  }
  EXPECT_EQ(packet("< [ttl 3, to multicast] S 0:0(0) win 5").to, Group::Multicast);
  EXPECT_EQ(packet("< [to broadcast] icmp time_exceeded").to, Group::Broadcast);
  expect_error("0 < [to @all] S 0:0(0) win 5", "expected multicast or broadcast");
  expect_error("0 < [to multicast] [@to multicast] S 0:0(0) win 5", "to stands here twice");
  expect_error("0 > [@to multicast] S 0:0(0)", "only what is sent");
  EXPECT_EQ(packet("< [ttl 255] . 1:1(0) win 5").ttl, 255);
  EXPECT_FALSE(packet("> [ttl 255] . 1:1(0) win 5").ttl);  // As in packetdrill: not checked.
}

TEST(ParsePacket, EveryOptionHasItsOctets) {
  EXPECT_EQ(verbatim("nop,eol,eol,eol"), octets({1, 0, 0, 0}));
  EXPECT_EQ(verbatim("mss 536,sackOK,nop,eol"), octets({2, 4, 2, 24, 4, 2, 1, 0}));
  EXPECT_EQ(verbatim("nop,wscale 255"), octets({1, 3, 3, 255}));
  EXPECT_EQ(verbatim("gen-253 0x0102"), octets({253, 4, 1, 2}));
  EXPECT_EQ(verbatim("gen-5,gen-2"), octets({5, 2, 2, 2}));
  EXPECT_EQ(verbatim("raw 0x0400FFab01"), octets({4, 0, 255, 171, 1}));
  EXPECT_EQ(verbatim("nop,nop , raw 0xff"), octets({1, 1, 255}));
}

TEST(ParsePacket, TheRarerOptionsHaveNotationsOfTheirOwn) {
  EXPECT_EQ(verbatim("FO,nop,nop"), octets({34, 2, 1, 1}));
  EXPECT_EQ(verbatim("FO 3021b9d889017eeb,nop,nop"),
            octets({34, 10, 0x30, 0x21, 0xB9, 0xD8, 0x89, 0x01, 0x7E, 0xEB, 1, 1}));
  EXPECT_EQ(verbatim("FO 0x01020304,nop,nop"), verbatim("FO 01020304,nop,nop"));
  EXPECT_EQ(verbatim("FOEXP"), octets({254, 4, 0xF9, 0x89}));
  EXPECT_EQ(verbatim("FOEXP 0xabcdABCD"), octets({254, 8, 0xF9, 0x89, 0xAB, 0xCD, 0xAB, 0xCD}));
  EXPECT_EQ(verbatim("uto seconds 30"), octets({28, 4, 0, 30}));
  EXPECT_EQ(verbatim("uto minutes 256"), octets({28, 4, 0x81, 0}));
  EXPECT_EQ(verbatim("ao keyid 1 rnext 2"), octets({29, 4, 1, 2}));
  EXPECT_EQ(verbatim("ao keyid 1 rnext 2 mac 0x05060708"), octets({29, 8, 1, 2, 5, 6, 7, 8}));
  EXPECT_EQ(verbatim("ECN e0b 1,nop,nop,nop"), octets({172, 5, 0, 0, 1, 1, 1, 1}));
  EXPECT_EQ(verbatim("ECN e0b 1 ceb 2"), octets({172, 8, 0, 0, 1, 0, 0, 2}));
  EXPECT_EQ(verbatim("ECN e1b 16777215 ceb 2 e0b 3,nop"),
            octets({174, 11, 255, 255, 255, 0, 0, 2, 0, 0, 3, 1}));
  EXPECT_EQ(verbatim("nop,nop,md5 000102030405060708090a0b0c0d0e0f").size(), 20u);
}

TEST(ParsePacket, SackBlocksAndTimestampsKeepTheirNumbers) {
  const auto step =
      packet("> . 1:1(0) ack 1 <nop,nop,TS val 4294967295 ecr 0,nop,nop,sack 1:2 3:4>");
  ASSERT_TRUE(step.options);
  ASSERT_EQ(step.options->size(), 6u);
  EXPECT_EQ(step.options->at(2).kind, OptionPart::Kind::Timestamps);
  EXPECT_EQ(step.options->at(2).timestamps, (wire::Timestamps{4294967295u, 0}));
  EXPECT_EQ(step.options->at(5).kind, OptionPart::Kind::Sack);
  EXPECT_EQ(step.options->at(5).blocks,
            (std::vector<wire::SackBlock>{{wire::SeqNum{1}, wire::SeqNum{2}},
                                          {wire::SeqNum{3}, wire::SeqNum{4}}}));
}

// The octets that a list of options stands for, when its numbers are as on the wire.
base::Bytes octets_of(const std::vector<OptionPart>& parts) {
  base::Bytes all;
  const auto add32 = [&](std::uint32_t value) {
    all.resize(all.size() + 4);
    base::store32(all.data() + all.size() - 4, value);
  };
  for (const auto& part : parts) {
    all.insert(all.end(), part.octets.begin(), part.octets.end());
    if (part.kind == OptionPart::Kind::Sack) {
      all.push_back(std::byte{5});
      all.push_back(std::byte(2 + 8 * part.blocks.size()));
      for (const auto& block : part.blocks) {
        add32(block.left.raw());
        add32(block.right.raw());
      }
    } else if (part.kind == OptionPart::Kind::Timestamps) {
      all.push_back(std::byte{8});
      all.push_back(std::byte{10});
      add32(part.timestamps.val);
      add32(part.timestamps.ecr);
    }
  }
  return all;
}

TEST(ParsePacket, WhatWirePrintsIsReadBackToTheSameOctets) {
  base::Rng rng{4};
  constexpr unsigned kKinds[] = {0, 1, 2, 3, 4, 5, 8, 30, 253};
  constexpr unsigned kLengths[] = {0, 1, 2, 3, 4, 10, 18, 40};
  for (int i = 0; i < 20'000; ++i) {
    base::Bytes segment(20 + 4 * rng.below(11) + rng.below(3));
    for (auto& octet : segment) octet = std::byte(rng.below(256));
    for (std::size_t at = 20; at + 1 < segment.size(); at += 1 + rng.below(10)) {
      segment[at] = std::byte(kKinds[rng.below(std::size(kKinds))]);
      segment[at + 1] = std::byte(kLengths[rng.below(std::size(kLengths))]);
    }
    const std::size_t words = segment.size() / 4;
    segment[12] = std::byte(rng.below(20) == 0 ? rng.below(256) : words << 4 | rng.below(16));
    const auto view = wire::SegmentView::parse(segment);
    ASSERT_TRUE(view);
    const auto text = wire::print(*view);
    const auto step = packet("< " + text);
    ASSERT_EQ(step.flags, view->flags()) << text;
    ASSERT_EQ(step.seq, view->seq().raw()) << text;
    ASSERT_EQ(step.length, view->payload().size()) << text;
    ASSERT_EQ(step.ack.value_or(0), view->ack().raw()) << text;
    ASSERT_EQ(step.window, view->window()) << text;
    ASSERT_EQ(step.urgent.value_or(0), view->urgent()) << text;
    ASSERT_EQ(step.reserved.value_or(0), view->reserved()) << text;
    const auto options = view->option_bytes();
    ASSERT_EQ(octets_of(step.options.value()), base::Bytes(options.begin(), options.end())) << text;
    if (!view->data_offset_ok()) {
      ASSERT_EQ(step.data_offset, view->data_offset()) << text;
    }
  }
}

TEST(ParsePacket, BracesOverrideTheHeader) {
  const auto step = packet("< . 1:1(0) ack 1 win 5 urg 7 {checksum bad, doff 15} {reserved 7}");
  EXPECT_EQ(step.urgent, 7);
  EXPECT_TRUE(step.checksum_bad);
  EXPECT_EQ(step.data_offset, 15);
  EXPECT_EQ(step.reserved, 7);
  EXPECT_EQ(packet("> . 1:1(0) <...> {checksum 0xBEEF}").checksum, 0xBEEF);
}

TEST(ParsePacket, ALetterInLowerCaseIsABitThatMayBeSet) {
  const auto step = packet("> Fp. 1:1(0) ack 1");
  EXPECT_EQ(step.flags, wire::kFin | wire::kAck);
  EXPECT_EQ(step.flags_either, wire::kPsh);
}

TEST(ParsePacket, WhatIsExpectedMayBeOneOfSeveralOrNothing) {
  const auto step =
      packet("> . 1:1(0) ack 1 <nop,nop,sack 5:6> or . 1:1(0) ack 1 or R 1:1(0) or nothing");
  ASSERT_EQ(step.others.size(), 2u);
  EXPECT_EQ(step.others[0].direction, event::Direction::FromTarget);
  EXPECT_EQ(step.others[0].ack, 1u);
  EXPECT_TRUE(step.others[0].options.value().empty());
  EXPECT_EQ(step.others[1].flags, wire::kRst);
  EXPECT_TRUE(step.or_nothing);
  EXPECT_FALSE(packet("> . 1:1(0) or R 1:1(0)").or_nothing);
  EXPECT_TRUE(packet("> . 1:1(0) or nothing").others.empty());
  expect_error("0 < . 1:1(0) win 1 @or nothing", "only what is expected has an `or`");
  expect_error("0 > . 1:1(0) or nothing @or R 1:1(0)", "`or nothing` is the last");
  expect_error("0 > . 1:1(0) or@", "expected flags");
  expect_error("0 < @p. 1:1(0) win 1", "expected flags");
  expect_error("0 > @Pp. 1:1(0)", "the flag p stands here twice");
}

TEST(ParsePacket, AnIcmpErrorSaysWhichSegmentItIsAbout) {
  const auto step = packet("< icmp unreachable frag_needed mtu 600 [4294967290:4(10)]");
  ASSERT_TRUE(step.icmp);
  EXPECT_EQ(*step.icmp, (IcmpPart{"unreachable", "frag_needed", 600, false}));
  EXPECT_EQ(step.seq, 4294967290u);
  EXPECT_EQ(step.length, 10u);
  EXPECT_FALSE(step.window);
  const auto bare = packet("< [ttl 3, tos 0x10] 40001 > 8080 icmp source_quench {checksum bad}");
  ASSERT_TRUE(bare.icmp);
  EXPECT_EQ(*bare.icmp,
            (IcmpPart{.type = "source_quench", .code = {}, .mtu = 0, .about_latest = true}));
  EXPECT_EQ(bare.ttl, 3);
  EXPECT_EQ(bare.source, 40001);
  EXPECT_TRUE(bare.checksum_bad);
  for (std::string text : {"icmp type_44 code_200", "icmp packet_too_big mtu 4294967295",
                           "icmp unreachable code_4", "icmp unreachable address_unreachable",
                           "icmp redirect code_1 [1:1(0)] {checksum 0x1234}"}) {
    EXPECT_TRUE(packet("< " + text).icmp) << text;
  }
  EXPECT_FALSE(packet("< . 1:1(0) win 5").icmp);
}

TEST(ParsePacket, WrongIcmpErrorsAreToldAtTheirPlace) {
  expect_error("0 < icmp@", "an ICMP type: ");
  expect_error("0 < icmp @[1:1(0)]", "an ICMP type: ");
  expect_error("0 < icmp @unreachble",
               "unknown ICMP type `unreachble`; did you mean `unreachable`?");
  expect_error("0 < icmp @type_256", "an ICMP type");
  expect_error("0 < icmp unreachable @port_unreachabel", "did you mean `port_unreachable`?");
  expect_error("0 < icmp source_quench @gently", "expected an ICMP code such as code_N");
  expect_error("0 < icmp time_exceeded @frag_needed", "ttl_exceeded, reassembly_timeout or code_N");
  expect_error("0 < icmp unreachable port_unreachable @mtu 600", "carry an MTU");
  expect_error("0 < icmp unreachable frag_needed mtu @65536", "an MTU is from 0 to 65535");
  expect_error("0 < icmp packet_too_big mtu @4294967296", "an MTU is from 0 to 4294967295");
  expect_error("0 < icmp time_exceeded [1:@3(1)]", "1 octets from 1 on end at 2, not at 3");
  expect_error("0 < icmp time_exceeded [1:1(0)@", "expected `]`");
  expect_error("0 < icmp time_exceeded [@1:65536(65535)]", "more than a datagram holds");
  expect_error("0 < icmp time_exceeded {@doff 5}", "checksum, all that an ICMP message has");
  expect_error("0 < icmp time_exceeded @or nothing", "only what is expected has an `or`");
  expect_error("0 < icmp time_exceeded [1:1(0)] @win 5", "expected a step");
}

TEST(ParsePacket, WhatStandsBehindAnIcmpErrorIsTheNextStep) {
  EXPECT_EQ(parsed("0 < icmp source_quench\nuse \"preamble/listen.pkt\"").steps.size(), 4u);
  EXPECT_EQ(parsed("0 < icmp source_quench\n+0 < icmp source_quench [1:1(0)]").steps.size(), 2u);
}

TEST(ParsePacket, WrongPacketsAreToldAtTheirPlace) {
  expect_error("0 < S 0:0(0)@", "a packet to be sent names its window");
  expect_error("0 < S 0:0(0)@ <mss 1460>", "a packet to be sent names its window");
  expect_error("0 < S 0:0(0) win 5 <@...>", "a packet to be sent names its options");
  expect_error("0 < S 0:@1(0) win 5", "0 octets from 0 on end at 0, not at 1");
  expect_error("0 < P. 4294967290:@5(10) win 5", "end at 4, not at 5");
  expect_error("0 < P. 1:65537(@65536) win 5", "the number of octets is from 0 to 65535");
  expect_error("0 @< P. 1:65536(65535) win 5", "more than a datagram holds");
  expect_error("0 < S @4294967296:0(0) win 5", "a sequence number is from 0 to");
  expect_error("0 < S @-1:0(0) win 5", "a sequence number is from 0 to");
  expect_error("0 < . 1:1(0) ack @4294967296 win 5", "an acknowledgment number is from 0");
  expect_error("0 < . 1:1(0) ack 1 win @65536", "a window is from 0 to 65535");
  expect_error("0 < . 1:1(0) ack 1 win 1 urg @65536", "an urgent pointer is from 0 to 65535");
  expect_error("0 < @SX 1:1(0) win 1", "expected flags");
  expect_error("0 < @SS 1:1(0) win 1", "the flag S stands here twice");
  expect_error("0 < @1:1(0) win 1", "expected flags");
  expect_error("0 < @70000 > 80 S 0:0(0) win 1", "a port is from 0 to 65535");
  expect_error("0 < [ttl 3] [@ttl 3] S 0:0(0) win 1", "ttl stands here twice");
  expect_error("0 < [@tll 3] S 0:0(0) win 1",
               "expected ttl N, tos 0xNN, to multicast, to broadcast or ports");
  expect_error("0 < S 0:0(0) win 1 <mss 1460 @sackOK>", "expected `,` or `>`, found `sackOK`");
  expect_error("0 < S 0:0(0) win 1 <@sackok>", "unknown option `sackok`; did you mean `sackOK`?");
  expect_error("0 < S 0:0(0) win 1 <@>", "expected an option, found `>`");
  expect_error("0 < S 0:0(0) win 1 <mss@>", "");
  expect_error("0 < S 0:0(0) win 1 <mss @65536>", "a maximum segment size is from 0 to 65535");
  expect_error("0 < S 0:0(0) win 1 <wscale @256>", "a window scale is from 0 to 255");
  expect_error("0 < S 0:0(0) win 1 <@nop>", "their length, 1, is no multiple of 4; add 3 nop");
  expect_error(
      "0 < . 0:0(0) win 1 <@TS val 1 ecr 2,TS val 1 ecr 2,TS val 1 ecr 2,TS val 1 ecr 2,nop>",
      "room for 40 octets");
  expect_error("0 < . 0:0(0) win 1 <TS @ecr 1>", "expected `val`");
  expect_error("0 < . 0:0(0) win 1 <sack 1:@>", "the right edge");
  expect_error("0 < . 0:0(0) win 1 <gen@>", "expected `gen-`");
  expect_error("0 < . 0:0(0) win 1 <gen@-1>", "write eol, nop or raw");
  expect_error("0 < . 0:0(0) win 1 <gen@-256>", "from -255 to 0");
  expect_error("0 < . 0:0(0) win 1 <gen-9 @0x123>", "an octet has two hex digits");
  expect_error("0 < . 0:0(0) win 1 <md5 @0x00>", "an MD5 signature has 16 octets");
  expect_error("0 < . 0:0(0) win 1 <FO @cookie>", "expected octets such as 0x0102");
  expect_error("0 < . 0:0(0) win 1 <FO @123>", "an octet has two hex digits");
  expect_error("0 < . 0:0(0) win 1 <uto @30>", "expected `seconds` or `minutes`");
  expect_error("0 < . 0:0(0) win 1 <uto seconds @32768>", "from 0 to 32767");
  expect_error("0 < . 0:0(0) win 1 <ao @1>", "expected `keyid`");
  expect_error("0 < . 0:0(0) win 1 <ECN @ceb 1>", "expected `e0b` or `e1b`");
  expect_error("0 < . 0:0(0) win 1 <ECN e0b @16777216>", "a counter of 24 bits");
  expect_error("0 < . 0:0(0) win 1 <raw @12>", "expected octets such as 0x0102");
  expect_error("0 < . 0:0(0) win 1 <raw @0x" + std::string(82, '0') + ">", "more than 40 octets");
  expect_error("0 < . 0:0(0) win 1 {@chksum bad}", "expected checksum, doff or reserved");
  expect_error("0 < . 0:0(0) win 1 {doff @16}", "a data offset is from 0 to 15");
  expect_error("0 < . 0:0(0) win 1 {reserved @8}", "from 0 to 7");
  expect_error("0 < . 0:0(0) win 1 {doff 3, @doff 4}", "doff stands here twice");
  expect_error("0 > . 0:0(0) {@checksum bad}", "can be sent, not expected");
  expect_error("0 < . 0:0(0) win 1 {doff 3@", "expected `}`");
  expect_error("0 < S 0:0(0) win 1 @ack 1", "expected a step");
}

TEST(ParsePacket, WhatIsNotSupportedYetSaysSo) {
  for (std::string text : {"> @icmp unreachable",
                           "< icmp @echo_request",
                           "< icmp @timestamp_reply",
                           "< icmp source_quench @id 5",
                           "< icmp time_exceeded [@udp (5)]",
                           "< icmp time_exceeded [@raw (5)]",
                           "> [ttl 3] @icmp unreachable",
                           "< @udp (10)",
                           "> @ipv4 1.2.3.4 > 5.6.7.8: . 1:1(0)",
                           "> @gre: . 1:1(0)",
                           "< [@ect0] . 1:1(0) win 1",
                           "< (@ce) . 1:1(0) win 1",
                           "> [@flowlabel 0x1] . 1:1(0)",
                           "< @.5 1:1(0) win 1",
                           "< P@.5 1:1(0) win 1",
                           "< @5 1:1(0) win 1",
                           "< . 1:1(0)@! win 1",
                           "> . @...(5)",
                           "< S 0:0(0) win 1 <@exp>",
                           "< S 0:0(0) win 1 <@AccECN0 1>",
                           "< S 0:0(0) win 1 <mss 1>@/udp(1 > 2)"}) {
    expect_error("0 " + text, "is not supported yet");
  }
}

}  // namespace
}  // namespace harness::scenario
