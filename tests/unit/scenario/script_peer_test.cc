#include "harness/scenario/script_peer.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <string>
#include <string_view>

#include "harness/scenario/run_loop.h"
#include "harness/wire/print.h"
#include "tests/unit/scenario/scripts.h"

namespace harness::scenario {
namespace {

using namespace std::chrono_literals;
using clock::Instant;
using event::Kind;

// On virtual time, it answers no segment and every call with 0; from the second on it takes so long
// until a segment is put on the wire, or a call is made, and so long to do it.
class Slow final : public target::Target {
 public:
  Slow(clock::Duration before, clock::Duration within) : before_(before), within_(within) {}
  std::string_view name() const override { return "slow"; }
  std::string_view version() const override { return "1"; }
  bool can(target::Capability) const override { return true; }
  bool understands(std::string_view) const override { return true; }
  Instant now() const override { return now_; }
  void submit(const target::Stimulus& stimulus, event::Trace& trace) override {
    if (++submitted_ > 1) now_ += before_;
    const auto took = submitted_ > 1 ? within_ : 0ns;
    const auto within = static_cast<std::uint32_t>(took.count());
    if (const auto* packet = std::get_if<event::Packet>(&stimulus)) {
      trace.append_packet(Kind::Packet, now_, *packet, packet->id, within);
    } else {
      const auto& call = std::get<event::Call>(stimulus);
      const auto made = trace.append({.at = now_, .within = within}, call);
      trace.append({.at = now_, .within = within, .cause = made}, event::Reply{.id = call.id});
    }
    now_ += took;
  }
  void collect(event::Trace&) override {}
  std::optional<Instant> next_deadline() const override { return std::nullopt; }
  Instant wait(Instant until) override { return now_ = std::max(now_, until); }

 private:
  clock::Duration before_, within_;
  int submitted_ = 0;
  Instant now_;
};

// How many segments and calls were late, by what the trace says.
int late(Slow target, std::vector<link::Fault> faults = {},
         std::string_view last = "+.1 < S 100:100(0) win 1000\n") {
  const auto script = parsed("0 < S 0:0(0) win 1000\n" + std::string{last});
  const target::Host host{.local = wire::IpAddress::v4(0xC000'0201),
                          .remote = wire::IpAddress::v4(0xC633'6401)};
  const Limits limits{.settle = 1s, .end = clock::kStart + 10s};
  link::Link link{std::move(faults), base::Rng{1}};
  event::Trace trace;
  ScriptPeer peer{script, host, limits.end};
  run(peer, link, target, limits, trace);
  int count = 0;
  for (const auto& record : trace.records()) {
    if (record.kind != Kind::Expectation) continue;
    const auto expectation = event::expectation(trace, record);
    if (expectation.what != event::Expected::OnTime) continue;
    EXPECT_FALSE(event::holds(trace, expectation));
    EXPECT_EQ(expectation.place.print(), "test.pkt:2:1");
    ++count;
  }
  return count;
}

TEST(ScriptPeer, LateIsWhatIsLateOnTheWire) {
  EXPECT_EQ(late({0ms, 0ms}), 0);
  EXPECT_EQ(late({1ms, 1ms}), 0);
  EXPECT_EQ(late({50ms, 0ms}), 1);
  EXPECT_EQ(late({0ms, 50ms}), 1);
}

TEST(ScriptPeer, ACallIsLateWhenItIsMadeLate) {
  for (const std::string_view call : {"+.1 listen(3, 1) = 0\n", "+.1...1 listen(3, 1) = 0\n"}) {
    EXPECT_EQ(late({0ms, 0ms}, {}, call), 0) << call;
    EXPECT_EQ(late({1ms, 1ms}, {}, call), 0) << call;
    EXPECT_EQ(late({50ms, 0ms}, {}, call), 1) << call;
    EXPECT_EQ(late({0ms, 50ms}, {}, call), 1) << call;
  }
}

TEST(ScriptPeer, WhatTheLinkDelaysIsNotLate) {
  const auto delay = link::parse_faults("delay 200ms to-target");
  ASSERT_TRUE(delay);
  EXPECT_EQ(late({0ms, 0ms}, *delay), 0);
  EXPECT_EQ(late({50ms, 0ms}, *delay), 1);
}

// The record of a script against a target that answers nothing.
event::Trace played(const Scenario& script, const target::Host& host) {
  const Limits limits{.settle = 1s, .end = clock::kStart + 10s};
  link::Link link{{}, base::Rng{1}};
  event::Trace trace;
  ScriptPeer peer{script, host, limits.end};
  Slow target{0ms, 0ms};
  run(peer, link, target, limits, trace);
  return trace;
}

std::vector<std::string> sent(const std::string& text, bool six = false) {
  const auto trace = played(
      parsed(text), {.local = six ? wire::IpAddress::v6(1, 1) : wire::IpAddress::v4(0xC000'0201),
                     .remote = six ? wire::IpAddress::v6(2, 1) : wire::IpAddress::v4(0xC633'6401)});
  std::vector<std::string> lines;
  for (const auto& record : trace.records()) {
    if (record.kind == Kind::Packet) lines.push_back(wire::print_datagram(trace.body(record)));
  }
  return lines;
}

TEST(ScriptPeer, AnIcmpErrorQuotesASegmentOfTheTargets) {
  const std::string script =
      "0 < 40001 > 8080 icmp unreachable host_unreachable [7:107(100)]\n"
      "+0 < icmp unreachable frag_needed mtu 1300 [8:8(0)]\n"
      "+0 < icmp unreachable protocol_unreachable {checksum bad}";
  EXPECT_EQ(sent(script),
            (std::vector<std::string>{
                "icmp unreachable host_unreachable [seq 7]",
                "icmp unreachable frag_needed mtu 1300 [seq 8]",
                "icmp unreachable protocol_unreachable [seq 0] (ICMP checksum bad)"}));
  EXPECT_EQ(sent(script, true),
            (std::vector<std::string>{
                "icmp unreachable no_route [seq 7]", "icmp packet_too_big mtu 1300 [seq 8]",
                "icmp parameter_problem code_1 [seq 0] (ICMP checksum bad)"}));
}

TEST(ScriptPeer, WhatIsForManyHostsGoesToTheAddressOfAll) {
  const auto script = parsed(
      "0 < [to multicast] S 0:0(0) win 1000\n"
      "+0 < [to broadcast] S 0:0(0) win 1000\n"
      "+0 < S 0:0(0) win 1000\n");
  const target::Host host{.local = wire::IpAddress::v4(0xC000'0201),
                          .remote = wire::IpAddress::v4(0xC633'6401)};
  const auto trace = played(script, host);
  std::vector<std::string> to;
  for (const auto& record : trace.records()) {
    if (record.kind != Kind::Packet) continue;
    to.push_back(wire::DatagramView::parse(trace.body(record))->destination().print());
  }
  EXPECT_EQ(to, (std::vector<std::string>{"224.0.0.1", "255.255.255.255", "192.0.2.1"}));
}

}  // namespace
}  // namespace harness::scenario
