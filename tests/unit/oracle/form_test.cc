#include "harness/oracle/form.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <functional>

#include "harness/base/bytes.h"
#include "harness/wire/craft.h"

namespace harness::oracle {
namespace {

using event::Direction;
using event::Kind;

constexpr std::size_t kIp = 20;
const wire::IpHeader kFromTarget{.source = wire::IpAddress::v4(0xC000'0201),
                                 .destination = wire::IpAddress::v4(0xC633'6401)};

base::Bytes legal(wire::Flags flags = wire::kAck, wire::SegmentSpec spec = {}) {
  return wire::craft(spec, kFromTarget, {.source = 8080, .destination = 40000, .flags = flags});
}

std::vector<Finding> judged(const base::Bytes& octets, Kind kind = Kind::Packet,
                            Direction direction = Direction::FromTarget) {
  event::Trace trace;
  trace.append_new_packet(kind, clock::kStart, direction, trace.keep(octets), event::kNoRecord);
  return Form{}.check(trace);
}

TEST(Form, ALegalSegmentIsAccepted) {
  EXPECT_TRUE(judged(legal()).empty());
  wire::SegmentSpec with_mss;
  with_mss.options = base::Bytes{std::byte{2}, std::byte{4}, std::byte{5}, std::byte{180}};
  EXPECT_TRUE(judged(legal(wire::kSyn, with_mss)).empty());
  wire::SegmentSpec padded;
  padded.options = base::Bytes{std::byte{1}, std::byte{0}, std::byte{0}, std::byte{0}};
  EXPECT_TRUE(judged(legal(wire::kAck, padded)).empty());
}

struct Broken {
  const char* requirement;
  wire::SegmentSpec spec;
};

TEST(Form, OneThingChangedIsRejectedByItsRule) {
  const auto options = [](std::initializer_list<int> octets) {
    wire::SegmentSpec spec;
    spec.options.emplace();
    for (int octet : octets) spec.options->push_back(static_cast<std::byte>(octet));
    return spec;
  };
  const Broken kBroken[] = {
      {"MUST-2", {.checksum_flip = 1}},       {"9293-3.1-doff", {.data_offset = 4}},
      {"9293-3.1-doff", {.data_offset = 15}}, {"9293-3.1-rsrvd-tx", {.reserved = 1}},
      {"MUST-65", options({2, 4, 5, 180})},   {"MUST-68", options({8, 1, 0, 0})},
      {"MUST-69", options({0, 0, 7, 0})},
  };
  for (const Broken& broken : kBroken) {
    const auto findings = judged(legal(wire::kAck, broken.spec));
    ASSERT_EQ(findings.size(), 1u) << broken.requirement;
    EXPECT_THAT(findings[0].requirements, testing::ElementsAre(broken.requirement));
    EXPECT_EQ(findings[0].verdict, Verdict::Fail);
  }
}

TEST(Form, WhatIsNoDatagramAtAllIsRejected) {
  EXPECT_EQ(judged(base::Bytes(7)).size(), 1u);
  auto octets = legal();
  octets[10] ^= std::byte{1};  // The IPv4 header checksum.
  EXPECT_EQ(judged(octets).size(), 1u);
  octets = legal();
  octets.resize(kIp + 8);
  octets[3] = std::byte{kIp + 8};
  EXPECT_FALSE(judged(octets).empty());
}

TEST(Form, WhatThePeerSendsAndWhatTheLinkSpoilsIsNotTheTargetsFault) {
  const auto broken = legal(wire::kAck, {.checksum_flip = 1});
  EXPECT_TRUE(judged(broken, Kind::Packet, Direction::ToTarget).empty());
  EXPECT_TRUE(judged(broken, Kind::PeerPacket, Direction::FromTarget).empty());
}

}  // namespace
}  // namespace harness::oracle
