#include "harness/capture/to_trace.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "harness/capture/from_trace.h"
#include "harness/event/decision.h"
#include "harness/event/end.h"
#include "harness/event/start.h"
#include "harness/wire/craft.h"
#include "tests/unit/wire/octets.h"

namespace harness::capture {
namespace {

using event::Direction;
using event::Kind;

const wire::IpAddress kTarget = wire::IpAddress::v4(0xC000'0201);
const wire::IpAddress kPeer = wire::IpAddress::v4(0xC633'6401);

base::Bytes datagram(bool to_target, wire::Flags flags) {
  const wire::IpHeader ip{.source = to_target ? kPeer : kTarget,
                          .destination = to_target ? kTarget : kPeer};
  wire::Segment segment{.source = 1000, .destination = 2000};
  segment.flags = flags;
  base::Bytes bytes(wire::datagram_size(ip, segment));
  wire::write(ip, segment, bytes);
  return bytes;
}

// A SYN that arrives, an answer that the link drops.
void fill(event::Trace& trace) {
  event::Start start;
  start.set("scenario", "a/b");
  start.set("seed", "7");
  start.set("local", kTarget.print());
  start.set("rule", "MUST-13");
  event::append(trace, clock::kStart, start);
  const auto at = clock::kStart + std::chrono::milliseconds{10};
  const auto syn =
      trace.append_new_packet(Kind::PeerPacket, at, Direction::ToTarget,
                              trace.keep(datagram(true, wire::kSyn)), event::kNoRecord);
  trace.append_packet(Kind::Packet, at, trace.packet(trace[syn]), syn);
  const auto answer =
      trace.append_new_packet(Kind::Packet, at, Direction::FromTarget,
                              trace.keep(datagram(false, wire::kSyn | wire::kAck)), syn);
  event::append(trace, at, trace.packet(trace[answer]), event::Decision{.action = {}});
  event::append(trace, at, event::End{});
}

TEST(FromTrace, EverySideIsAnInterfaceAndEveryRemarkAComment) {
  event::Trace trace;
  fill(trace);
  const auto capture = from_trace(trace, {{2, "pass"}, {3, "fail: no"}}, "verdict: fail");
  EXPECT_EQ(capture.comment, "verdict: fail\nscenario=a/b\nseed=7\nlocal=192.0.2.1\nrule=MUST-13");
  ASSERT_EQ(capture.packets.size(), 3u);
  EXPECT_EQ(capture.interfaces[capture.packets[0].interface].name, "peer");
  EXPECT_EQ(capture.packets[0].way, Way::Out);
  EXPECT_EQ(capture.packets[1].way, Way::In);
  EXPECT_EQ(capture.packets[2].way, Way::Out);
  EXPECT_EQ(capture.packets[2].interface, 1u);
  EXPECT_EQ(capture.packets[0].at_ns, 10'000'000);
  EXPECT_THAT(capture.packets[1].comments, testing::ElementsAre("pass"));
  EXPECT_THAT(capture.packets[2].comments,
              testing::ElementsAre("fail: no", "link: dropped (fault 0)"));
}

TEST(ToTrace, OursIsReadBackAsWhatHappened) {
  event::Trace trace, back;
  fill(trace);
  ASSERT_TRUE(to_trace(from_trace(trace, {}, "verdict: fail\ntitle: A = B"), {}, back));
  auto facts = event::start_of(trace).facts();
  facts.emplace_back("calls", "unknown");
  EXPECT_EQ(event::start_of(back).facts(), facts);
  ASSERT_EQ(back.size(), 5u);  // Start, three datagrams, end.
  for (std::uint32_t i = 1; i < 4; ++i) {
    EXPECT_EQ(back[i].kind, trace[i].kind);
    EXPECT_EQ(back[i].direction, trace[i].direction);
    EXPECT_EQ(back[i].at, trace[i].at);
    EXPECT_EQ(wire::hex(back.body(back[i])), wire::hex(trace.body(trace[i])));
  }
  EXPECT_EQ(back[4].kind, Kind::End);
  // Both ends of the link are one datagram's.
  EXPECT_EQ(back[2].id, 1u);
  EXPECT_EQ(back[2].cause, 1u);
  EXPECT_EQ(back[3].id, 3u);
  // Read back and written again, nothing is said twice.
  event::Trace again;
  ASSERT_TRUE(to_trace(from_trace(back, {}), {}, again));
  EXPECT_EQ(event::start_of(again).facts(), facts);
}

// The peer sends the same octets three times: the first is lost, the others arrive, one of them
// twice.
TEST(ToTrace, WhatArrivesIsTheFirstOfItsOctetsThatWasNotDroppedOrHasNotArrived) {
  event::Trace trace, back;
  const auto send = [&] {
    return trace.append_new_packet(Kind::PeerPacket, clock::kStart, Direction::ToTarget,
                                   trace.keep(datagram(true, wire::kSyn)), event::kNoRecord);
  };
  const auto arrive = [&](std::uint32_t sent) {
    trace.append_packet(Kind::Packet, clock::kStart, trace.packet(trace[sent]), sent);
  };
  event::Start start;
  start.set("local", kTarget.print());
  event::append(trace, clock::kStart, start);
  const auto lost = send();
  event::append(trace, clock::kStart, trace.packet(trace[lost]), event::Decision{.action = {}});
  const auto second = send(), third = send();
  arrive(second);
  arrive(third);
  arrive(third);
  ASSERT_TRUE(to_trace(from_trace(trace, {}), {}, back));
  std::vector<std::uint32_t> ids;
  for (const auto& record : back.records()) {
    if (record.kind == Kind::Packet || record.kind == Kind::PeerPacket) ids.push_back(record.id);
  }
  EXPECT_THAT(ids, testing::ElementsAre(1, 2, 3, 2, 3, 3));
}

Capture foreign(std::uint16_t link, const std::string& head) {
  Capture capture;
  capture.interfaces = {{.link_type = link}};
  for (const bool to_target : {true, false}) {
    auto octets = wire::octets(head);
    const auto ip = datagram(to_target, to_target ? wire::kSyn : wire::kSyn | wire::kAck);
    octets.insert(octets.end(), ip.begin(), ip.end());
    capture.packets.push_back({.at_ns = 5'000'000'000 + (to_target ? 0 : 1000),
                               .original = static_cast<std::uint32_t>(octets.size()),
                               .octets = octets});
  }
  return capture;
}

TEST(ToTrace, EveryKindOfLinkIsTakenOff) {
  const struct {
    std::uint16_t link;
    std::string head;
  } cases[] = {{kLinkRaw, ""},
               {kLinkEthernet, "0102030405060708090a0b0c0800"},
               {kLinkEthernet, "0102030405060708090a0b0c810000050800"},
               {kLinkEthernet, "0102030405060708090a0b0c88a800050800"},
               {kLinkEthernet, "0102030405060708090a0b0c88a80005810000070800"},
               {kLinkCooked, "00000001000600000000000000000800"},
               {kLinkCooked2, "0800000000000001000100060000000000000000"},
               {kLinkNull, "02000000"},
               {kLinkIpv4, ""}};
  for (const auto& [link, head] : cases) {
    event::Trace trace;
    const auto read = to_trace(foreign(link, head), {}, trace);
    ASSERT_TRUE(read) << link << ": " << read.error();
    ASSERT_EQ(trace.size(), 4u) << link;
    EXPECT_EQ(event::start_of(trace).get("local"), "192.0.2.1");
    EXPECT_EQ(trace[1].at, clock::kStart);
    EXPECT_EQ(trace[2].at, clock::kStart + std::chrono::microseconds{1});
    EXPECT_EQ(trace[1].direction, Direction::ToTarget);
    EXPECT_EQ(trace[2].direction, Direction::FromTarget);
    EXPECT_EQ(trace[1].kind, Kind::Packet);
    EXPECT_EQ(wire::hex(trace.body(trace[1])), wire::hex(datagram(true, wire::kSyn)));
  }
}

TEST(ToTrace, TheTargetIsWhoOneSays) {
  event::Trace trace;
  ASSERT_TRUE(to_trace(foreign(kLinkRaw, ""), kPeer, trace));
  EXPECT_EQ(trace[1].direction, Direction::FromTarget);
  EXPECT_FALSE(to_trace(foreign(kLinkRaw, ""), wire::IpAddress::v4(1), trace));
}

TEST(ToTrace, TimesThatNoRunCanHaveAreRefused) {
  auto capture = foreign(kLinkRaw, "");
  capture.packets[1].at_ns = 2'147'483'649'000'000'000;
  event::Trace trace;
  EXPECT_EQ(to_trace(capture, {}, trace).error(), "its times lie more than thirty years apart");
  EXPECT_EQ(trace.size(), 0u);
}

TEST(ToTrace, WhatIsNoIpIsLeftOutAndWhatWasCutIsNoted) {
  auto capture = foreign(kLinkEthernet, "0102030405060708090a0b0c0800");
  capture.packets[1].octets.resize(14 + 28);
  capture.packets.push_back({.octets = wire::octets("0102030405060708090a0b0c0806ffff")});
  event::Trace trace;
  ASSERT_TRUE(to_trace(capture, {}, trace));
  ASSERT_EQ(trace.size(), 4u);
  EXPECT_EQ(trace.text(trace[2]),
            "left out: the capture holds 28 of the 40 octets of a datagram from 192.0.2.1 to "
            "198.51.100.1");
}

TEST(ToTrace, WhatCannotBeReadIsNoted) {
  auto capture = foreign(kLinkRaw, "");
  capture.packets[1].octets[2] = capture.packets[1].octets[3] = std::byte{0};
  capture.packets.push_back(capture.packets[0]);
  capture.packets[2].octets[0] = std::byte{0x4f};
  event::Trace trace;
  ASSERT_TRUE(to_trace(capture, {}, trace));
  ASSERT_EQ(trace.size(), 5u);
  EXPECT_EQ(
      trace.text(trace[2]),
      "left out: a datagram that cannot be read: IPv4 header length below 20 or past the end");
  EXPECT_EQ(trace.text(trace[3]),
            "left out: a datagram whose length field says 0, as where segments are left to the "
            "interface to make (40 octets)");
}

// Several queues are written as they are emptied.
TEST(ToTrace, AllStandInTheOrderOfTheirTimes) {
  auto capture = foreign(kLinkRaw, "");
  std::swap(capture.packets[0], capture.packets[1]);
  event::Trace trace;
  ASSERT_TRUE(to_trace(capture, {}, trace));
  EXPECT_EQ(trace[1].direction, Direction::ToTarget);
  EXPECT_EQ(trace[1].at, clock::kStart);
  EXPECT_LT(trace[1].at, trace[2].at);
}

TEST(ToTrace, ACaptureOfWhichNothingIsReadSaysSo) {
  event::Trace trace;
  EXPECT_EQ(to_trace(foreign(147, ""), {}, trace).error(),  // A kind of link nobody knows.
            "none of its 2 frames holds an IP datagram that can be read");
  auto capture = foreign(kLinkRaw, "");
  for (auto& packet : capture.packets) packet.octets.resize(28);
  EXPECT_EQ(to_trace(capture, {}, trace).error(),
            "none of its 2 frames holds an IP datagram that can be read: the capture holds 28 of "
            "the 40 octets of a datagram from 198.51.100.1 to 192.0.2.1");
}

}  // namespace
}  // namespace harness::capture
