#include "harness/scenario/run_loop.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <functional>
#include <vector>

#include "harness/base/bytes.h"
#include "harness/event/end.h"

namespace harness::scenario {
namespace {

using namespace std::chrono_literals;
using clock::Instant;
using event::Direction;
using event::EndReason;
using event::Kind;

// A target on virtual time that answers each datagram with one, and fires a timer if it has one.
class Answering final : public target::Target {
 public:
  std::string_view name() const override { return "answering"; }
  std::string_view version() const override { return "1"; }
  bool can(target::Capability) const override { return true; }
  bool understands(std::string_view) const override { return true; }
  Instant now() const override { return now_; }
  void submit(const target::Stimulus& stimulus, event::Trace& trace) override {
    if (const auto* call = std::get_if<event::Call>(&stimulus)) {
      trace.append({.at = now_}, *call);
      if (answers_calls) trace.append({.at = now_}, event::Reply{.id = call->id});
      return;
    }
    const auto& packet = std::get<event::Packet>(stimulus);
    trace.append_packet(Kind::Packet, now_, packet, packet.id);
    trace.append_new_packet(Kind::Packet, now_, Direction::FromTarget, packet.body, packet.id);
  }
  void collect(event::Trace& trace) override {
    if (timer && *timer <= now_ && !broken_timer) {
      trace.append_new_packet(Kind::Packet, now_, Direction::FromTarget, trace.keep(base::Bytes(1)),
                              event::kNoRecord);
      timer.reset();
    }
  }
  std::optional<Instant> next_deadline() const override { return timer; }
  Instant wait(Instant until) override { return now_ = std::max(now_, until); }

  std::optional<Instant> timer;
  bool broken_timer = false, answers_calls = true;

 private:
  Instant now_;
};

class Listening : public Peer {
 public:
  void see(const event::Trace& trace, std::uint32_t index) override {
    seen.push_back(trace[index]);
  }
  std::optional<target::Stimulus> act(Instant now, event::Trace& trace) override {
    if (now < at || acts_left == 0) return std::nullopt;
    --acts_left;
    if (calls) return event::Call{.id = 1};
    return event::Packet{.direction = Direction::ToTarget, .body = trace.keep(base::Bytes(1))};
  }
  std::optional<Instant> next_deadline() const override {
    return acts_left > 0 ? std::optional{at} : std::nullopt;
  }
  bool done() const override { return acts_left == 0; }
  void finish(Instant, EndReason reason, event::Trace&) override { finished = reason; }

  std::vector<event::Record> seen;
  Instant at;
  int acts_left = 1;
  bool calls = false;
  std::optional<EndReason> finished;
};

struct Finished {
  Answering target;
  Listening peer;
  event::Trace trace;
  event::End end;

  explicit Finished(
      const Limits& limits, std::vector<link::Fault> faults = {},
      const std::function<void(Finished&)>& prepare = [](Finished&) {}) {
    prepare(*this);
    link::Link link{std::move(faults), base::Rng{1}};
    scenario::run(peer, link, target, limits, trace);
    end = event::end_of(trace, trace[trace.size() - 1]);
  }
};

TEST(RunLoop, ADatagramIsRecordedAtBothEndsOfTheLinkBothWays) {
  const Finished run{{}};
  std::vector<Kind> kinds;
  for (const auto& record : run.trace.records()) kinds.push_back(record.kind);
  EXPECT_EQ(kinds, (std::vector{Kind::PeerPacket, Kind::Packet, Kind::Packet, Kind::PeerPacket,
                                Kind::End}));
  EXPECT_EQ(run.peer.seen.size(), 1u);
  EXPECT_EQ(run.trace[1].id, run.trace[0].id);  // The same datagram, under the same name.
  EXPECT_EQ(run.trace[2].cause, 0u);
  EXPECT_EQ(run.end.reason, EndReason::Done);
  EXPECT_EQ(run.peer.finished, EndReason::Done);
}

TEST(RunLoop, ADelayOfTheLinkIsTimeThatPasses) {
  const Finished run{{.settle = 1s}, {{.action = link::Delay{30ms, 30ms}, .match = {}}}};
  ASSERT_EQ(run.peer.seen.size(), 1u);
  EXPECT_EQ(run.peer.seen[0].at, clock::kStart + 60ms);
}

// A kernel's clock has gone for a while when its first scenario begins.
TEST(RunLoop, TheTimesOfFaultsCountFromTheStartOfTheRun) {
  const auto seen = [](clock::Duration from, clock::Duration to) {
    link::Fault drop{.action = link::Drop{}, .match = {}};
    drop.match.from = from;
    drop.match.to = to;
    return Finished{
        {.settle = 1s}, {drop}, [](Finished& it) { it.target.wait(clock::kStart + 5s); }}
        .peer.seen.size();
  };
  EXPECT_EQ(seen({}, 1s), 0u);
  EXPECT_EQ(seen(4s, 6s), 1u);
}

TEST(RunLoop, WhatTrailsWithinTheSettleTimeIsSeen) {
  const auto with_timer = [](Finished& it) { it.target.timer = clock::kStart + 10ms; };
  EXPECT_EQ((Finished{{.settle = 20ms}, {}, with_timer}.peer.seen.size()), 2u);
  const Finished early{{.settle = 5ms}, {}, with_timer};
  EXPECT_EQ(early.peer.seen.size(), 1u);
  EXPECT_TRUE(early.end.timer_armed);
}

TEST(RunLoop, AScenarioThatIsNotOverAtItsLimitIsCutThere) {
  const Finished run{
      {.end = clock::kStart + 1s}, {}, [](Finished& r) { r.peer.at = clock::kStart + 2s; }};
  EXPECT_EQ(run.end.reason, EndReason::OutOfTime);
  EXPECT_EQ(run.trace[run.trace.size() - 1].at, clock::kStart + 1s);
  EXPECT_EQ(run.peer.finished, EndReason::OutOfTime);
}

TEST(RunLoop, LivelockEndsByRecordsOrByTimeThatStandsStill) {
  const Finished flood{{.records = 1000}, {}, [](Finished& r) { r.peer.acts_left = 1'000'000; }};
  EXPECT_EQ(flood.end.reason, EndReason::OutOfRecords);
  const Finished stuck{{.settle = 1s}, {}, [](Finished& r) {
                         r.target.timer = clock::kStart;
                         r.target.broken_timer = true;
                       }};
  EXPECT_EQ(stuck.end.reason, EndReason::Stuck);
}

// A long script is no storm, and what ran into its limit says nothing of how long one is.
TEST(RunLoop, EnoughIsTwiceWhatARunLikeItTook) {
  const auto acts = [](int left) { return [left](Finished& r) { r.peer.acts_left = left; }; };
  EXPECT_EQ(enough_records(Finished{{}, {}, acts(10)}.trace), kStorm);
  const Finished stopped{{.records = 30'000}, {}, acts(1'000'000)};
  EXPECT_EQ(enough_records(stopped.trace), kStorm);
  const Finished whole{{}, {}, acts(10'000)};
  ASSERT_GT(whole.trace.size(), kStorm);
  EXPECT_EQ(enough_records(whole.trace), 2 * whole.trace.size());
}

TEST(RunLoop, TheUserCanAskForAnEnd) {
  const volatile std::sig_atomic_t stop = 1;
  const Finished run{{.stop = &stop}};
  EXPECT_EQ(run.end.reason, EndReason::Interrupted);
  EXPECT_EQ(run.peer.finished, EndReason::Interrupted);
}

TEST(RunLoop, CallsGoStraightToTheTargetAndThoseWithoutAReplyAreCounted) {
  const auto with_call = [](Finished& it) { it.peer.calls = true; };
  const Finished answered{{}, {{.action = link::Drop{}, .match = {}}}, with_call};
  ASSERT_EQ(answered.peer.seen.size(), 1u);
  EXPECT_EQ(answered.peer.seen[0].kind, Kind::Reply);
  EXPECT_EQ(answered.end.pending_calls, 0u);
  const Finished pending{{}, {}, [](Finished& it) {
                           it.peer.calls = true;
                           it.target.answers_calls = false;
                         }};
  EXPECT_EQ(pending.end.pending_calls, 1u);
}

}  // namespace
}  // namespace harness::scenario
