#include "harness/campaign/replay.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <filesystem>
#include <ranges>
#include <string>
#include <utility>
#include <vector>

#include "harness/campaign/swarm.h"
#include "harness/campaign/sweep.h"
#include "harness/event/end.h"
#include "harness/event/start.h"
#include "harness/event/status.h"
#include "harness/event/text.h"
#include "harness/scenario/loader.h"
#include "tests/in_tree.h"
#include "tests/unit/campaign/played.h"

namespace harness::campaign {
namespace {

namespace fs = std::filesystem;
using oracle::Verdict;

// Written, read and done again: to the octet, or what the first difference is.
std::string difference(const event::Trace& trace, const target::Factory& make) {
  event::Trace stored, again;
  if (const auto read = event::from_text(event::to_text(trace), stored); !read) {
    return read.error().message;
  }
  if (const auto why = cannot_replay(stored)) return *why;
  const auto replayed = replay(stored, make, {}, again);
  if (!replayed.alike) return "the target is another";
  return replayed.difference;
}

std::vector<scenario::Scenario> suite() {
  std::vector<scenario::Scenario> all;
  const fs::path root = tests::in_tree("scenarios");
  for (const auto& found : scenario::find_scenarios(root)) {
    auto read = scenario::load_scenario(found.path, found.id, root);
    if (read) all.push_back(std::move(*read));
  }
  return all;
}

TEST(Replay, EveryScenarioIsTheSameToTheOctet) {
  const auto all = suite();
  EXPECT_GT(all.size(), 90u);
  event::Trace trace;
  for (const auto& one : all) {
    for (const auto ip : kFamilies) {
      run_scenario(one, target::inproc::make, {.seed = 3, .ip = ip}, trace);
      if (trace.size() == 0) continue;  // Not applicable to the engine.
      EXPECT_EQ(difference(trace, target::inproc::make), "") << one.id;
    }
  }
}

TEST(Replay, SoIsEveryScenarioWithFaults) {
  const auto faults = link::parse_faults(
      "loss 10%; duplicate 10%; reorder 10% behind 2; corrupt 10%; delay 0ms..80ms to-target; "
      "delay 5ms from-target");
  event::Trace trace;
  std::size_t struck = 0;
  for (auto one : suite()) {
    one.faults.insert(one.faults.end(), faults->begin(), faults->end());
    for (std::uint64_t seed = 1; seed <= 5; ++seed) {
      run_scenario(one, target::inproc::make, {.seed = seed}, trace);
      if (trace.size() == 0) continue;
      EXPECT_EQ(difference(trace, target::inproc::make), "") << one.id << " seed " << seed;
      for (const auto& record : trace.records()) struck += record.kind == event::Kind::Decision;
    }
  }
  EXPECT_GT(struck, 1000u);
}

TEST(Replay, SoAreRandomConversations) {
  for (const auto settings : {"", "defect=ack-late", "profile=linux-like"}) {
    const auto make = engine_with(settings);
    Swarm swarm{make, {.seed = 7}};
    for (std::uint64_t i = 0; i < 300; ++i) {
      swarm.hold(i);
      ASSERT_EQ(difference(swarm.trace(), make), "") << i << " " << settings;
    }
  }
}

TEST(Replay, SoAreTheRunsOfASweep) {
  const auto script = parsed(std::string{kOpen} +
                             "+.1 < P. 1:11(10) ack 1 win 65535\n"
                             "+0~+.5 > . 1:1(0) ack 11\n"
                             "+0 close(4) = 0\n");
  Sweep sweep{script, target::inproc::make, {}};
  for (std::uint32_t i = 0; i < sweep.singles(); ++i) {
    sweep.from(
        i, {}, [](auto) {},
        [&](const Swept& swept) {
          EXPECT_EQ(difference(sweep.trace(), target::inproc::make), "") << print(swept.faults);
          return true;
        });
  }
}

TEST(Replay, TheLinkDecidesNothing) {
  auto script = parsed(std::string{kOpen} + "+.1 < P. 1:11(10) ack 1 win 65535\n");
  script.faults = *link::parse_faults("drop data to-target");
  event::Trace trace, again;
  run_scenario(script, target::inproc::make, {}, trace);
  // On another target, whose link would decide for itself if it decided at all.
  event::Trace edited;
  ASSERT_TRUE(event::from_text(event::to_text(trace), edited));
  const auto replayed = replay(edited, engine_with("profile=minimal"), {}, again);
  EXPECT_FALSE(replayed.alike);
  std::size_t dropped = 0, arrived = 0;
  for (const auto& record : again.records()) {
    dropped += record.kind == event::Kind::Decision;
    arrived += record.kind == event::Kind::Packet && record.direction == event::Direction::ToTarget;
  }
  EXPECT_EQ(dropped, 1u);
  EXPECT_EQ(arrived, 2u);
}

TEST(Replay, AnotherTargetIsJudgedByTheRfcs) {
  Swarm swarm{target::inproc::make, {.seed = 2, .taste = {.ipv6 = false}}};
  std::uint64_t failed = 0, good = 0;
  for (std::uint64_t i = 0; i < 60; ++i) {
    swarm.hold(i);
    event::Trace again;
    const auto late = replay(swarm.trace(), engine_with("defect=ack-late"), {}, again);
    failed += late.judgement.verdict == Verdict::Fail;
    const auto other = replay(swarm.trace(), engine_with("profile=minimal"), {}, again);
    good += other.judgement.verdict < Verdict::Fail;
  }
  EXPECT_GT(failed, 5u);
  EXPECT_GT(good, 50u);
}

// The engine with another seed counts from other numbers: what the peer says is about them.
TEST(Replay, NumbersOfAnotherTargetAreTranslated) {
  event::Trace trace, again;
  const auto script = parsed(std::string{kOpen}.append(kTalk) + "+0 state TIME-WAIT\n");
  ASSERT_EQ(run_scenario(script, target::inproc::make, {}, trace).verdict, Verdict::Pass);
  const auto other = [](const target::Host& host) {
    auto moved = host;
    moved.rng = base::Rng{99};
    return target::inproc::make(moved);
  };
  // The same but for its dice, which no record tells: it is taken for the same, and differs.
  const auto replayed = replay(trace, other, {}, again);
  EXPECT_NE(replayed.difference, "");
  EXPECT_EQ(replayed.judgement.verdict, Verdict::Pass);
  const auto last = std::ranges::find(again.records() | std::views::reverse, event::Kind::Reply,
                                      &event::Record::kind);
  ASSERT_TRUE(last != again.records().rend());
  const auto status = event::decode_status(again.reply(*last).data);
  ASSERT_TRUE(status.has_value()) << event::to_text(again);
  EXPECT_EQ(status->state(), event::TcpState::TimeWait) << event::to_text(again);
}

TEST(Replay, WhatIsNoRunIsRefused) {
  event::Trace trace;
  EXPECT_EQ(*cannot_replay(trace),
            "nothing in it says what run it is of: it does not begin with a start");
  event::append(trace, clock::kStart, event::Start{});
  EXPECT_EQ(*cannot_replay(trace),
            "its start does not say which host the target was: local, remote, mtu and seed");
  trace.clear();
  event::Start start;
  for (const auto& [key, value] : {std::pair{"target", "engine"},
                                   {"local", "192.0.2.1"},
                                   {"remote", "192.0.2.2"},
                                   {"mtu", "1500"},
                                   {"seed", "1"}}) {
    start.set(key, value);
  }
  event::append(trace, clock::kStart, start);
  EXPECT_EQ(*cannot_replay(trace), "its end is missing");
  event::append(trace, clock::kStart, {.reason = event::EndReason::Interrupted});
  EXPECT_NE(cannot_replay(trace)->find("interrupted"), std::string::npos);
}

}  // namespace
}  // namespace harness::campaign
