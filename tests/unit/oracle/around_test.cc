#include "harness/oracle/around.h"

#include <gtest/gtest.h>

#include <string>

#include "tests/unit/oracle/scene.h"

namespace harness::oracle {
namespace {

using namespace std::chrono_literals;
using event::Expectation;
using event::Expected;

TEST(Around, OfSeveralSegmentsInOneEachIsTold) {
  Scene scene;
  scene.target_isn = 0;
  scene.from_target({.octets = 10});
  scene.from_target({.position = 10, .octets = 10});
  const auto last = scene.from_target({.position = 20, .octets = 5});
  Scene other;
  other.target_isn = 0;
  const auto whole = other.trace.body(other.trace[other.from_target({.octets = 25})]);
  auto e = scene.wanted(Expected::Packet, last);
  e.joined = scene.trace.keep(whole);
  e.segment.payload_length = 30;
  EXPECT_NE(scene.only(e).actual.find(" (3 segments, 1:11, 11:21 and 21:26) at 1.000 s"),
            std::string::npos);
}

TEST(Around, ARetransmissionInPlaceOfWhatWasWantedIsToldAsOne) {
  Scene scene;
  scene.from_target({.octets = 1460});
  const auto again = scene.from_target({.octets = 1460});
  auto e = scene.wanted(Expected::Packet, again);
  e.base = {.seq = scene.target_isn, .ack = scene.peer_isn};
  e.text = "+0 > P. 1461:2001(540)";
  e.segment.flags = wire::kPsh | wire::kAck;
  e.segment.seq = scene.target_isn + 1461;
  e.segment.payload_length = 540;
  EXPECT_EQ(
      scene.only(e).text,
      "expected `+0 > P. 1461:2001(540)`, which did not come; then a retransmission of 1:1461");
}

TEST(Around, ARetransmissionThatIsWantedIsComparedByItsFields) {
  Scene scene;
  scene.from_target({.octets = 10});
  auto e = scene.wanted(Expected::Packet, scene.from_target({.octets = 10}));
  e.segment.seq = scene.target_isn + 1;
  e.segment.window = std::uint16_t{7};
  EXPECT_EQ(scene.only(e).text, "expected win 7, got 65535");
}

TEST(Around, WhatTheKernelSaysOfADropStandsInTheFinding) {
  Scene scene;
  scene.trace.note(scene.now, "the kernel dropped a datagram: OLD (skb/kfree_skb)");
  scene.to_target({.octets = 4});
  scene.trace.note(scene.now, "the kernel dropped a datagram: TCP_RFC7323_TSECR (skb/kfree_skb)");
  scene.trace.note(scene.now, "something else");
  EXPECT_EQ(scene.only(scene.wanted(Expected::Packet, event::kNoRecord)).text,
            "expected `+0 > S. 0:0(0) ack 1`, but no segment came; the kernel dropped a datagram: "
            "TCP_RFC7323_TSECR (skb/kfree_skb)");
}

// What the link made of one segment is no second one.
TEST(Around, ACopyIsNoRetransmission) {
  Scene scene;
  const auto first = scene.from_target({.octets = 10});
  const auto copy = scene.trace.append_packet(event::Kind::Packet, scene.now,
                                              scene.trace.packet(scene.trace[first]), first);
  EXPECT_FALSE(repeated(scene.trace, copy));
  EXPECT_TRUE(repeated(scene.trace, scene.from_target({.position = 2, .octets = 8})));
  EXPECT_FALSE(repeated(scene.trace, scene.from_target({.position = 2, .octets = 9})));
  EXPECT_FALSE(repeated(scene.trace, scene.from_target({})));
}

}  // namespace
}  // namespace harness::oracle
