#include "harness/campaign/found.h"

#include <fmt/format.h>
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <chrono>
#include <memory>
#include <optional>

#include "harness/campaign/script_of.h"
#include "harness/campaign/swarm.h"
#include "harness/event/end.h"
#include "harness/event/text.h"
#include "harness/scenario/printer.h"
#include "harness/target/inproc/inproc.h"
#include "tests/unit/campaign/played.h"

namespace harness::campaign {
namespace {

using oracle::Verdict;
using testing::HasSubstr;

// Acknowledges so late that no reading of the RFCs allows it.
std::unique_ptr<target::Target> late_engine(const target::Host& host) {
  engine::Config config;
  config.ack_delay = std::chrono::milliseconds{900};
  return std::make_unique<target::inproc::InprocTarget>(config, host);
}

std::optional<oracle::Finding> failure(const Conversation& held, std::string_view requirement) {
  for (const auto& finding : held.findings) {
    if (finding.verdict == Verdict::Fail && finding.requirements.front() == requirement) {
      return finding;
    }
  }
  return std::nullopt;
}

// What reached the target, and what it sent.
std::string segments(const event::Trace& trace) {
  std::string text;
  for (const auto& record : trace.records()) {
    if (record.kind != event::Kind::Packet) continue;
    text += fmt::format(
        "{} {}\n",
        std::chrono::duration_cast<std::chrono::microseconds>(record.at - clock::kStart).count(),
        wire::print_datagram(trace.body(record)));
  }
  return text;
}

TEST(ScriptOf, DoesTheSameAgain) {
  Swarm swarm{target::inproc::make, {.seed = 4, .taste = {.faults = false, .ipv6 = false}}};
  int same = 0, all = 0;
  for (std::uint64_t i = 0; i < 60; ++i) {
    swarm.hold(i);
    if (swarm.plan().strands > 1) continue;
    const auto script = script_of(swarm.trace(), {});
    ASSERT_TRUE(script.has_value());
    event::Trace again;
    run_scenario(*script, target::inproc::make, {}, again);
    ++all;
    // Up to the times, which begin with the first step.
    const auto numbers = [](std::string text) {
      std::erase_if(text, [](char c) { return c == ' '; });
      return std::ranges::count(text, '\n');
    };
    same += numbers(segments(again)) == numbers(segments(swarm.trace())) ? 1 : 0;
  }
  EXPECT_GT(all, 40);
  EXPECT_GT(same, all * 9 / 10);
}

TEST(ScriptOf, NothingThatHappenedIsNoScript) {
  event::Trace trace;
  event::append(trace, clock::kStart, event::End{});
  EXPECT_FALSE(script_of(trace, {}).has_value());
}

TEST(FoundIn, AFailureBecomesASmallFileThatFailsInTheSameWay) {
  Swarm swarm{late_engine, {.seed = 1}};
  int found = 0;
  for (std::uint64_t i = 0; i < 200 && found < 5; ++i) {
    const auto wrong = failure(swarm.hold(i), "MUST-40");
    if (!wrong) continue;
    const auto file = found_in(swarm.trace(), *wrong, late_engine, {}, {});
    if (!file) continue;
    ++found;
    EXPECT_TRUE(file->minimal);
    EXPECT_LE(file->packets, 6u) << file->pkt;
    EXPECT_THAT(file->pkt, HasSubstr("rules: MUST-40\n"));
    EXPECT_EQ(scenario::to_pkt(parsed(file->pkt)), file->pkt);
    EXPECT_TRUE(failure_like(*wrong, parsed(file->pkt), late_engine, {}).has_value());
    // The right engine passes what the wrong one fails.
    EXPECT_FALSE(failure_like(*wrong, parsed(file->pkt), target::inproc::make, {}).has_value());
  }
  EXPECT_EQ(found, 5);
}

TEST(ScriptOf, KeepsTheStatesThatWereAskedFor) {
  const auto asked = parsed(std::string{kOpen} + "+0 state ESTABLISHED\n+0 close(4) = 0\n");
  event::Trace trace;
  run_scenario(asked, target::inproc::make, {}, trace);
  const auto script = script_of(trace, {});
  ASSERT_TRUE(script.has_value());
  EXPECT_THAT(scenario::to_pkt(*script), HasSubstr("state ESTABLISHED\n"));
}

TEST(FoundFrom, NoStepGoesThatAnExpectationFollowsFrom) {
  const auto script = parsed(std::string{kOpen} +
                             "+0 setsockopt(4, SOL_IP, IP_TTL, [9], 4) = 0\n"
                             "+0 setsockopt(4, SOL_TCP, TCP_NODELAY, [1], 4) = 0\n"
                             "+.1 write(4, ..., 10) = 10\n"
                             "+0 > [ttl 9] P. 1:11(10) ack 1\n");
  const auto wrong = engine_with("defect=ttl-ignored");
  event::Trace trace;
  const auto outcome = run_scenario(script, wrong, {}, trace);
  ASSERT_FALSE(outcome.findings.empty());
  const target::Factory right = target::inproc::make;
  const auto found = found_from(script, outcome.findings[0], wrong, &right, {}, {});
  ASSERT_TRUE(found.has_value());
  EXPECT_THAT(found->pkt, HasSubstr("IP_TTL"));
  EXPECT_THAT(found->pkt, Not(HasSubstr("TCP_NODELAY")));
  EXPECT_EQ(run_scenario(found->scenario, right, {}, trace).verdict, Verdict::Pass);
  EXPECT_TRUE(failure_like(outcome.findings[0], found->scenario, wrong, {}).has_value());
}

TEST(FoundFrom, WithoutTheRightTargetOnlyWhatStandsBehindTheFailureGoes) {
  const auto script = parsed(std::string{kOpen} +
                             "+0 setsockopt(4, SOL_IP, IP_TTL, [9], 4) = 0\n"
                             "+.1 write(4, ..., 10) = 10\n"
                             "+0 > [ttl 9] P. 1:11(10) ack 1\n"
                             "+.1 < . 1:1(0) ack 11 win 65535\n");
  const auto wrong = engine_with("defect=ttl-ignored");
  event::Trace trace;
  const auto outcome = run_scenario(script, wrong, {}, trace);
  ASSERT_FALSE(outcome.findings.empty());
  const auto found = found_from(script, outcome.findings[0], wrong, nullptr, {}, {});
  ASSERT_TRUE(found.has_value());
  EXPECT_THAT(found->pkt, HasSubstr("IP_TTL"));
  EXPECT_THAT(found->pkt, Not(HasSubstr("ack 11")));
  EXPECT_FALSE(found->minimal);
  EXPECT_EQ(run_scenario(found->scenario, target::inproc::make, {}, trace).verdict, Verdict::Pass);
}

TEST(FoundIn, WhereTheWordsDifferTheRequirementIsEnough) {
  Swarm swarm{late_engine, {.seed = 1}};
  for (std::uint64_t i = 0; i < 200; ++i) {
    auto wrong = failure(swarm.hold(i), "MUST-40");
    if (!wrong) continue;
    ASSERT_TRUE(failure_like(*wrong, *script_of(swarm.trace(), {}), late_engine, {}).has_value());
    wrong->actual = "something that nobody says";
    const auto script = *script_of(swarm.trace(), {});
    EXPECT_FALSE(failure_like(*wrong, script, late_engine, {}).has_value());
    EXPECT_TRUE(failure_like(*wrong, script, late_engine, {}, Likeness::Requirement).has_value());
    EXPECT_TRUE(found_in(swarm.trace(), *wrong, late_engine, {}, {}).has_value());
    wrong->requirements = {"MUST-13"};
    EXPECT_FALSE(failure_like(*wrong, script, late_engine, {}, Likeness::Requirement).has_value());
    return;
  }
  FAIL() << "no late acknowledgment in 200 conversations";
}

}  // namespace
}  // namespace harness::campaign
