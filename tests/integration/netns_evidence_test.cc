// What the kernel itself says of a run stands in its trace.

#include <gmock/gmock.h>

#include <algorithm>

#include "harness/target/netns/evidence.h"
#include "harness/target/netns/sandbox.h"
#include "tests/integration/netns_rig.h"

namespace harness::target::netns {
namespace {

Host sample() {
  return {.local = wire::IpAddress::v4(0xC000'0201), .remote = wire::IpAddress::v4(0xC633'6401)};
}

class NetnsEvidence : public NetnsTest {
 protected:
  void SetUp() override {
    NetnsTest::SetUp();
    if (IsSkipped()) return;
    if (const auto there = Evidence::available(); !there) GTEST_SKIP() << there.error();
  }
};
INSTANTIATE_TEST_SUITE_P(Wires, NetnsEvidence, kBothWires, wire_name);

std::string notes(const Rig& run) {
  std::string all;
  for (const auto& record : run.trace().records()) {
    if (record.kind == event::Kind::Note) all += std::string{run.trace().text(record)} + "\n";
  }
  return all;
}

TEST_P(NetnsEvidence, ItTellsStatesResetsAndWhatWasDropped) {
  Rig run{GetParam()};
  run.listener();
  Peer peer{run, 40'000};
  peer.handshake();
  Peer stranger{run, 40'001, 9};
  ASSERT_EQ(stranger.send(wire::kSyn).size(), 1u);  // Nobody listens there.
  const auto told = notes(run);
  EXPECT_THAT(told, testing::HasSubstr("the kernel's state of 192.168.0.1:8080 to 0.0.0.0:0: "
                                       "CLOSED, LISTEN (sock/inet_sock_set_state)\n"));
  EXPECT_THAT(told, testing::HasSubstr("the kernel's state of 192.168.0.1:8080 to 192.0.2.1:40000: "
                                       "SYN-RECEIVED, ESTABLISHED (sock/inet_sock_set_state)\n"));
  EXPECT_THAT(told,
              testing::HasSubstr("the kernel sends a reset: NO_SOCKET (tcp/tcp_send_reset)\n"));
  EXPECT_THAT(told,
              testing::HasSubstr("the kernel dropped a datagram: NO_SOCKET (skb/kfree_skb)\n"));
  // What went well was not dropped.
  EXPECT_EQ(told.find("dropped"), told.rfind("dropped"));
  for (const auto& record : run.trace().records()) {
    if (record.kind != event::Kind::Note) continue;
    EXPECT_GT(record.at, clock::kStart);
    EXPECT_LE(record.at, run.target().now());
  }
}

// A target that watches nothing, with a socket that listens.
event::Trace listening(WireKind kind) {
  const auto target = make(kind, sample(), false);
  event::Trace trace;
  target->submit(event::Call{.id = 1, .op = Op::Socket, .args = {AF_INET, SOCK_STREAM, 0}}, trace);
  const auto at = event::encode(wire::Endpoint{sample().local, kServer});
  target->submit(event::Call{.id = 2, .fd = 3, .op = Op::Bind, .data = at}, trace);
  target->submit(event::Call{.id = 3, .fd = 3, .op = Op::Listen, .args = {1}}, trace);
  return trace;
}

bool any_note(const event::Trace& trace) {
  return std::ranges::any_of(trace.records(),
                             [](const auto& record) { return record.kind == event::Kind::Note; });
}

TEST_P(NetnsEvidence, OneRunIsNotToldWhatAnotherBringsAbout) {
  Rig first{GetParam()};
  first.listener();
  const auto before = notes(first);
  Sandbox other;
  const auto told = other.run([kind = GetParam()] {
    return std::string{any_note(listening(kind)) ? "noted" : "listened"};
  });
  EXPECT_EQ(told.value_or("died"), "listened");
  first.collect();
  EXPECT_EQ(notes(first), before);
}

TEST_P(NetnsEvidence, WithoutItNothingIsNoted) {
  const auto trace = listening(GetParam());
  EXPECT_EQ(trace.records().back().kind, event::Kind::Reply);
  EXPECT_FALSE(any_note(trace));
}

}  // namespace
}  // namespace harness::target::netns
