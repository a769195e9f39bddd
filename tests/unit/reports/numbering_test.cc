#include "reports/numbering.h"

#include <gtest/gtest.h>

#include "harness/event/expectation.h"
#include "harness/wire/icmp.h"
#include "tests/unit/reports/some_run.h"

namespace reports {
namespace {

using harness::wire::kAck;
using harness::wire::kSyn;

std::string printed(const SomeRun& run, std::uint32_t record) {
  const Numbering numbering{run.trace()};
  const auto& packet = run.trace()[record];
  return harness::wire::print_datagram(run.trace().body(packet), numbering.of(packet));
}

TEST(Numbering, CountsFromBothInitialNumbersAsScriptsDo) {
  SomeRun run;
  const auto syn = run.peer_sends({.flags = kSyn, .seq = SomeRun::kPeerIsn});
  const auto answer = run.target_sends({.flags = kSyn | kAck, .ack = SomeRun::kPeerIsn + 1});
  const auto data = run.peer_sends({.seq = 1, .ack = 1, .size = 10});
  EXPECT_EQ(printed(run, syn), "S 4294967290:4294967290(0) win 65535");
  EXPECT_EQ(printed(run, answer), "S. 0:0(0) ack 4294967291 win 65535");
  EXPECT_EQ(printed(run, data), ". 1:11(10) ack 1 win 65535");
}

TEST(Numbering, ASecondSynCountsOnceTheTargetAnswersIt) {
  SomeRun run;
  run.peer_sends({.flags = kSyn, .seq = 90});
  run.target_sends({.flags = kSyn | kAck, .ack = 91});
  run.peer_sends({.flags = kSyn, .seq = SomeRun::kPeerIsn});
  run.target_sends({.flags = kSyn | kAck, .ack = SomeRun::kPeerIsn + 1});
  EXPECT_EQ(printed(run, run.peer_sends({.seq = 1, .ack = 1})), ". 1:1(0) ack 1 win 65535");
}

TEST(Numbering, WithoutASynNumbersStayAsOnTheWire) {
  SomeRun run;
  const auto stray = run.peer_sends({.seq = 7 - SomeRun::kPeerIsn, .ack = 9 - SomeRun::kTargetIsn});
  EXPECT_EQ(printed(run, stray), ". 7:7(0) ack 9 win 65535");
}

TEST(Numbering, WhatAScriptComparedIsNumberedByTheScript) {
  SomeRun run;
  const auto syn = run.target_sends({.flags = kSyn});
  harness::event::Expectation expectation;
  expectation.what = harness::event::Expected::Packet;
  expectation.met = syn;
  expectation.base = {.seq = SomeRun::kTargetIsn - 500, .ack = 0};
  harness::event::append(run.trace(), run.now(), expectation);
  EXPECT_EQ(printed(run, syn), "S 500:500(0) win 65535");
}

TEST(Numbering, WhatAnIcmpErrorQuotesCountsFromTheTargetsInitialNumber) {
  SomeRun run;
  const auto syn = run.target_sends({.flags = kSyn});
  const auto datagram = run.trace().body(run.trace()[syn]);
  const auto ip = *harness::wire::DatagramView::parse(datagram);
  const auto body = run.trace().keep(
      harness::wire::craft({.source = ip.destination(), .destination = ip.source()},
                           harness::wire::IcmpMessage{
                               .type = 3, .code = 3, .quote = harness::wire::quote_of(datagram)}));
  const auto error = run.trace().append_new_packet(harness::event::Kind::Packet, run.now(),
                                                   harness::event::Direction::ToTarget, body,
                                                   harness::event::kNoRecord);
  EXPECT_EQ(printed(run, error), "icmp unreachable port_unreachable [seq 0]");
}

TEST(Numbering, SeveralConnectionsNeedTheirPorts) {
  SomeRun run;
  run.peer_sends({.flags = kSyn});
  EXPECT_FALSE(Numbering{run.trace()}.needs_ports());
  run.peer_sends({.flags = kSyn, .peer_port = 40001});
  EXPECT_TRUE(Numbering{run.trace()}.needs_ports());
}

}  // namespace
}  // namespace reports
