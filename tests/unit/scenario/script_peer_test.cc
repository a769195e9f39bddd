#include "harness/scenario/script_peer.h"

#include <gtest/gtest.h>

#include "harness/scenario/run_loop.h"
#include "tests/unit/scenario/scripts.h"

namespace harness::scenario {
namespace {

using namespace std::chrono_literals;
using clock::Instant;
using event::Kind;

// On virtual time, it answers nothing; a segment takes it so long to put on the wire.
class Slow final : public target::Target {
 public:
  Slow(clock::Duration before, clock::Duration within) : before_(before), within_(within) {}
  std::string_view name() const override { return "slow"; }
  std::string_view version() const override { return "1"; }
  bool can(target::Capability) const override { return true; }
  bool understands(std::string_view) const override { return true; }
  Instant now() const override { return now_; }
  void submit(const target::Stimulus& stimulus, event::Trace& trace) override {
    const auto& packet = std::get<event::Packet>(stimulus);
    if (++submitted_ > 1) now_ += before_;
    const auto within = submitted_ > 1 ? within_ : 0ns;
    trace.append_packet(Kind::Packet, now_, packet, packet.id,
                        static_cast<std::uint32_t>(within.count()));
    now_ += within;
  }
  void collect(event::Trace&) override {}
  std::optional<Instant> next_deadline() const override { return std::nullopt; }
  Instant wait(Instant until) override { return now_ = std::max(now_, until); }

 private:
  clock::Duration before_, within_;
  int submitted_ = 0;
  Instant now_;
};

// How many segments were late, by what the trace says.
int late(Slow target, std::vector<link::Fault> faults = {}) {
  const auto script = parsed(
      "0 < S 0:0(0) win 1000\n"
      "+.1 < S 100:100(0) win 1000\n");
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

TEST(ScriptPeer, WhatTheLinkDelaysIsNotLate) {
  const auto delay = link::parse_faults("delay 200ms to-target");
  ASSERT_TRUE(delay);
  EXPECT_EQ(late({0ms, 0ms}, *delay), 0);
  EXPECT_EQ(late({50ms, 0ms}, *delay), 1);
}

}  // namespace
}  // namespace harness::scenario
