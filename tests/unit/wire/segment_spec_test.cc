#include "harness/wire/segment_spec.h"

#include <gtest/gtest.h>

#include <functional>
#include <string>
#include <vector>

#include "harness/wire/craft.h"

namespace harness::wire {
namespace {

// Field, wanted, found: one line for each difference.
std::vector<std::string> differences(const SegmentSpec& want, PrintBase base = {},
                                     Flags flags = kSyn | kAck) {
  const IpHeader ip{
      .source = IpAddress::v4(1), .destination = IpAddress::v4(2), .ttl = 63, .traffic_class = 1};
  Segment segment{.source = 8080, .destination = 40'000, .seq = SeqNum{1}, .ack = SeqNum{1001}};
  segment.flags = flags;
  segment.window = 500;
  segment.urgent = 7;
  segment.mss = std::uint16_t{1460};
  const base::Bytes octets(4, std::byte{0xAB});
  segment.payload = octets;
  base::Bytes datagram(datagram_size(ip, segment));
  write(ip, segment, datagram);
  const auto view = DatagramView::parse(datagram);
  const auto tcp = SegmentView::parse(view->payload());
  std::vector<std::string> lines;
  for (const auto& [field, wanted, got] : mismatches(want, *view, *tcp, base)) {
    lines.push_back(field + ": " + wanted + ", " + got);
  }
  return lines;
}

using Lines = std::vector<std::string>;

TEST(SegmentSpec, WhatIsAbsentIsNotCompared) { EXPECT_EQ(differences({}), Lines{}); }

TEST(SegmentSpec, WhatIsRightIsNoDifference) {
  SegmentSpec want;
  want.source = Port{8080};
  want.destination = Port{40'000};
  want.seq = 1;
  want.ack = 1001;
  want.flags = kSyn | kAck;
  want.window = std::uint16_t{500};
  want.urgent = std::uint16_t{7};
  want.data_offset = std::uint8_t{6};
  want.reserved = std::uint8_t{0};
  want.options = base::Bytes{std::byte{2}, std::byte{4}, std::byte{5}, std::byte{180}};
  want.payload_length = 4;
  want.payload = base::Bytes(4, std::byte{0xAB});
  want.ttl = std::uint8_t{63};
  want.traffic_class = std::uint8_t{1};
  EXPECT_EQ(differences(want), Lines{});
}

TEST(SegmentSpec, EachFieldIsComparedAndNamed) {
  struct Case {
    std::function<void(SegmentSpec&)> want;
    std::string line;
  };
  const Case cases[] = {
      {[](auto& s) { s.ttl = std::uint8_t{64}; }, "ttl: 64, 63"},
      {[](auto& s) { s.traffic_class = std::uint8_t{0}; }, "traffic class: 0, 1"},
      {[](auto& s) { s.source = Port{1}; }, "source port: 1, 8080"},
      {[](auto& s) { s.destination = Port{1}; }, "destination port: 1, 40000"},
      {[](auto& s) { s.flags = kSyn; }, "flags: S, S."},
      {[](auto& s) { s.seq = 0; }, "seq: 0, 1"},
      {[](auto& s) { s.payload_length = 5; }, "payload length: 5, 4"},
      {[](auto& s) { s.ack = 1000; }, "ack: 1000, 1001"},
      {[](auto& s) { s.window = std::uint16_t{501}; }, "win: 501, 500"},
      {[](auto& s) { s.urgent = std::uint16_t{0}; }, "urg: 0, 7"},
      {[](auto& s) { s.data_offset = std::uint8_t{5}; }, "data offset: 5, 6"},
      {[](auto& s) { s.reserved = std::uint8_t{1}; }, "reserved bits: 1, 0"},
      {[](auto& s) { s.options.emplace(); }, "options: <>, <mss 1460>"},
      {[](auto& s) { s.payload = base::Bytes(4, std::byte{0xAA}); },
       "payload: octet 0 is 0xaa, octet 0 is 0xab"},
      {[](auto& s) { s.payload = base::Bytes(3, std::byte{0xAB}); },
       "payload: 3 octets, octet 3 is 0xab"},
  };
  for (const Case& c : cases) {
    SegmentSpec want;
    c.want(want);
    EXPECT_EQ(differences(want), Lines{c.line});
  }
}

TEST(SegmentSpec, NumbersAreToldFromTheBase) {
  SegmentSpec want;
  want.seq = 0xFFFF'FFFF;
  want.ack = 1000;
  EXPECT_EQ(differences(want, {.seq = 0xFFFF'FFF0, .ack = 1000}),
            (Lines{"seq: 15, 17", "ack: 0, 1"}));
}

// RFC 9293, 3.1: without the ACK flag the field means nothing.
TEST(SegmentSpec, AFieldThatASegmentHasNotGotIsNotCompared) {
  SegmentSpec want;
  want.flags = kAck;
  want.ack = 1000;
  EXPECT_EQ(differences(want, {.seq = 0, .ack = 998}, kRst), Lines{"flags: ., R"});
  EXPECT_EQ(differences(want, {.seq = 0, .ack = 998}, kAck), Lines{"ack: 2, 3"});
  want.flags = kAck | kUrg;
  want.ack = 1001;
  want.urgent = std::uint16_t{9};
  EXPECT_EQ(differences(want, {}, kAck), Lines{"flags: U., ."});
  want.flags = kRst;
  want.ack = 0;
  want.urgent = std::uint16_t{7};
  EXPECT_EQ(differences(want, {.seq = 0, .ack = 998}, kAck), Lines{"flags: R, ."});
}

TEST(SegmentSpec, TheOctetsOfAnAckFieldWithoutItsFlagCanBeAskedFor) {
  SegmentSpec want;
  want.flags = kRst;
  want.ack = 1001;
  EXPECT_EQ(differences(want, {}, kRst), Lines{});
  want.ack = 0;
  EXPECT_EQ(differences(want, {.seq = 0, .ack = 5}, kRst), Lines{"ack: 0, 1001"});
}

TEST(SegmentSpec, BitsThatMayBeEitherAreNotCompared) {
  SegmentSpec want;
  want.flags = kSyn | kAck | kPsh;
  want.flags_either = kPsh;
  EXPECT_EQ(differences(want), Lines{});
  want.flags_either = kFin;
  EXPECT_EQ(differences(want), Lines{"flags: SP., S."});
}

TEST(SegmentSpec, MaskedBitsOfOptionsAreNotCompared) {
  SegmentSpec want;
  want.options = base::Bytes{std::byte{2}, std::byte{4}, std::byte{0}, std::byte{0}};
  want.options_mask = {std::byte{0xFF}, std::byte{0xFF}, std::byte{0}, std::byte{0}};
  EXPECT_EQ(differences(want), Lines{});
  want.options_mask.pop_back();  // What has no mask counts.
  EXPECT_EQ(differences(want).size(), 1u);
}

TEST(SegmentSpec, DifferencesComeInTheOrderOfTheHeader) {
  SegmentSpec want;
  want.window = std::uint16_t{1};
  want.flags = kFin;
  want.source = Port{1};
  EXPECT_EQ(differences(want), (Lines{"source port: 1, 8080", "flags: F, S.", "win: 1, 500"}));
}

}  // namespace
}  // namespace harness::wire
