#include "harness/campaign/swarm.h"

#include <gtest/gtest.h>

#include <chrono>
#include <memory>
#include <set>
#include <string>
#include <utility>

#include "harness/campaign/swarm_tally.h"
#include "harness/event/text.h"
#include "harness/target/catalogue/catalogue.h"
#include "harness/target/inproc/inproc.h"
#include "tests/unit/campaign/real.h"

namespace harness::campaign {
namespace {

using oracle::Verdict;
using std::chrono::milliseconds;

target::Factory changed_engine(void (*change)(engine::Config&)) {
  return [change](const target::Host& host) {
    engine::Config config;
    change(config);
    return std::make_unique<target::inproc::InprocTarget>(config, host);
  };
}

// The requirements that the first `count` conversations find broken.
std::set<std::string> broken_by(const target::Factory& make, std::uint64_t count) {
  Swarm swarm{make, {.seed = 3, .taste = {.faults = false}}};
  std::set<std::string> broken;
  for (std::uint64_t i = 0; i < count; ++i) {
    for (const auto& finding : swarm.hold(i).findings) {
      if (finding.verdict != Verdict::Fail) continue;
      broken.insert(finding.requirements.begin(), finding.requirements.end());
    }
  }
  return broken;
}

TEST(Swarm, AConversationFollowsFromSeedAndNumberAlone) {
  Swarm one{target::inproc::make, {.seed = 7}}, other{target::inproc::make, {.seed = 7}};
  for (std::uint64_t i = 0; i < 40; ++i) one.hold(i);
  other.hold(39);  // Without those before it.
  EXPECT_EQ(event::to_text(one.trace()), event::to_text(other.trace()));
}

TEST(Swarm, WhatIsSaidOfAConversationDoesNotDependOnThoseBefore) {
  Swarm one{target::inproc::make, {.seed = 1}};
  for (std::uint64_t i = 0; i < 60; ++i) {
    const auto after_others = one.hold(i);
    Swarm other{target::inproc::make, {.seed = 1}};
    const auto& alone = other.hold(i);
    EXPECT_EQ(after_others.verdict, alone.verdict) << i;
    EXPECT_EQ(after_others.findings, alone.findings) << i;
  }
}

TEST(Swarm, AnotherSeedIsAnotherConversation) {
  Swarm one{target::inproc::make, {.seed = 7}}, other{target::inproc::make, {.seed = 8}};
  one.hold(0);
  other.hold(0);
  EXPECT_NE(event::to_text(one.trace()), event::to_text(other.trace()));
}

TEST(Swarm, ConversationsOpenCarryDataBothWaysAndClose) {
  Swarm swarm{target::inproc::make, {.seed = 1}};
  std::uint32_t states = 0, v6 = 0, segments = 0;
  constexpr std::uint64_t kCount = 600;
  for (std::uint64_t i = 0; i < kCount; ++i) {
    const auto& held = swarm.hold(i);
    states |= held.states;
    segments += held.segments;
    v6 += swarm.plan().ip == wire::IpVersion::V6 ? 1 : 0;
  }
  using enum event::TcpState;
  for (const auto state : {Established, SynSent, SynReceived, FinWait1, FinWait2, TimeWait,
                           CloseWait, LastAck, Closing}) {
    EXPECT_TRUE((states >> static_cast<unsigned>(state) & 1) != 0) << event::name(state);
  }
  EXPECT_GT(v6, kCount / 8);
  EXPECT_GT(segments, 15 * kCount);
}

// What hardly ever comes together by chance.
TEST(Swarm, ConversationsHaveSpellsOfUrgentTextAndOfLongRests) {
  Swarm swarm{target::inproc::make, {.seed = 1}};
  int told = 0, months = 0, far = 0;
  for (std::uint64_t i = 0; i < 3000; ++i) {
    swarm.hold(i);
    const auto& trace = swarm.trace();
    months += trace[trace.size() - 1].at - clock::kStart > std::chrono::days{24} ? 1 : 0;
    for (const auto& record : trace.records()) {
      if (record.kind == event::Kind::Reply) told += trace.reply(record).flags == 3 ? 1 : 0;
      if (record.kind != event::Kind::Call) continue;
      const auto call = trace.call(record);
      far += call.op == event::Op::Send && (call.args[0] & 1) != 0 && call.data.size() > 1 ? 1 : 0;
    }
  }
  EXPECT_GT(told, 10);
  EXPECT_GT(months, 0);
  EXPECT_GT(far, 0);
}

TEST(Swarm, AShouldThatIsNotFollowedFailsWhereThatIsAskedFor) {
  const auto linux_like = target::catalogue::choose("engine:profile=linux-like")->make;
  Swarm mild{linux_like, {.seed = 1}}, strict{linux_like, {.seed = 1, .strict = true}};
  int lapses = 0;
  for (std::uint64_t i = 0; i < 60; ++i) {
    const bool lapse = mild.hold(i).verdict == Verdict::NonStrict;
    lapses += lapse ? 1 : 0;
    EXPECT_EQ(strict.hold(i).verdict, lapse ? Verdict::Fail : Verdict::Pass) << i;
  }
  EXPECT_GT(lapses, 0);
}

TEST(Swarm, ATargetThatHoldsItsAcknowledgmentsTooLongIsFoundOut) {
  const auto slow =
      changed_engine([](engine::Config& config) { config.ack_delay = milliseconds{900}; });
  const auto right = broken_by(target::inproc::make, 300), wrong = broken_by(slow, 300);
  EXPECT_FALSE(right.contains("MUST-40"));
  EXPECT_TRUE(wrong.contains("MUST-40"));
}

// The engine acknowledges all twice, on what it says is a real clock; it has its doubts, and
// something to note.
class Reporting final : public Real {
 public:
  Reporting(const target::Host& host, std::optional<std::string> doubt, std::string note)
      : Real(host, changed_engine(
                       [](engine::Config& config) { config.defect = engine::Defect::AckTwice; })),
        doubt_(std::move(doubt)),
        note_(std::move(note)) {}
  void collect(event::Trace& trace) override {
    Real::collect(trace);
    if (!note_.empty()) trace.note(now(), std::exchange(note_, {}));
  }
  std::optional<std::string> doubt() override { return doubt_; }

 private:
  std::optional<std::string> doubt_;
  std::string note_;
};

struct Held {
  int failed = 0, inconclusive = 0;
  std::string reason;
};

Held held_by(const target::Factory& make) {
  Swarm swarm{make, {.seed = 3, .taste = {.real_time = true, .faults = false}}};
  Held held;
  for (std::uint64_t i = 0; i < 100; ++i) {
    const auto& one = swarm.hold(i);
    held.failed += one.verdict == Verdict::Fail ? 1 : 0;
    if (one.verdict != Verdict::Inconclusive) continue;
    ++held.inconclusive;
    held.reason = one.reason;
  }
  return held;
}

TEST(Swarm, ATargetThatDoubtsItsRecordFailsInNoConversation) {
  const auto sure = held_by(
      [](const target::Host& host) { return std::make_unique<Reporting>(host, std::nullopt, ""); });
  ASSERT_GT(sure.failed, 0);
  const auto doubtful = held_by([](const target::Host& host) {
    return std::make_unique<Reporting>(host, "somebody set the clock", "");
  });
  EXPECT_EQ(doubtful.failed, 0);
  EXPECT_EQ(doubtful.inconclusive, 100);
  EXPECT_EQ(doubtful.reason, "somebody set the clock");
}

TEST(Swarm, WhatTheKernelCountedAsLostIsNotHeldAgainstIt) {
  const auto sure = held_by([](const target::Host& host) {
    return std::make_unique<Reporting>(host, std::nullopt, "the kernel counted: Tcp.InErrs +1");
  });
  ASSERT_GT(sure.failed, 0);
  const auto lossy = held_by([](const target::Host& host) {
    return std::make_unique<Reporting>(host, std::nullopt, "the kernel counted: wire0.rx_drop +1");
  });
  EXPECT_LT(lossy.failed, sure.failed);
}

TEST(Swarm, AFailureWhoseRepetitionIsDoubtedIsHeldAgain) {
  const auto sure = held_by(
      [](const target::Host& host) { return std::make_unique<Reporting>(host, std::nullopt, ""); });
  int made = 0;
  // Every second target doubts, so that the next try of the same repetition does not.
  const auto now_and_then = held_by([&](const target::Host& host) {
    const bool doubts = ++made % 2 == 0;
    return std::make_unique<Reporting>(
        host, doubts ? std::optional<std::string>{"not sure"} : std::nullopt, "");
  });
  EXPECT_GT(sure.failed, 0);
  EXPECT_EQ(now_and_then.failed, sure.failed);
}

Conversation failing(std::string expected) {
  Conversation held;
  held.verdict = Verdict::Fail;
  held.findings.push_back({.checker = "rfc",
                           .requirements = {"MUST-40"},
                           .verdict = Verdict::Fail,
                           .expected = std::move(expected),
                           .actual = "ack 7"});
  return held;
}

TEST(SwarmTally, FailuresThatDifferInNumbersAreOne) {
  const model::Model model{model::Assumptions{}};
  SwarmTally tally;
  EXPECT_TRUE(tally.add(4, failing("ack 1001"), model).has_value());
  EXPECT_FALSE(tally.add(9, failing("ack 3"), model).has_value());
  EXPECT_TRUE(tally.add(11, failing("silence"), model).has_value());
  ASSERT_EQ(tally.shapes().size(), 2u);
  EXPECT_EQ(tally.shapes().begin()->second.count, 2u);
  EXPECT_EQ(tally.shapes().begin()->second.first, 4u);
  EXPECT_EQ(tally.of(Verdict::Fail), 3u);
}

TEST(SwarmTally, PartsAddUpToTheWhole) {
  Swarm swarm{target::inproc::make, {.seed = 2}};
  SwarmTally whole, first, second;
  for (std::uint64_t i = 0; i < 100; ++i) {
    const auto& held = swarm.hold(i);
    whole.add(i, held, swarm.model());
    (i < 30 ? first : second).add(i, held, swarm.model());
  }
  second.add(first);
  EXPECT_EQ(second, whole);
  EXPECT_EQ(whole.conversations(), 100u);
}

TEST(SwarmTally, ReadsBackWhatItWrote) {
  Swarm swarm{target::inproc::make, {.seed = 2}};
  SwarmTally tally;
  for (std::uint64_t i = 0; i < 50; ++i) tally.add(i, swarm.hold(i), swarm.model());
  tally.add(51, failing("ack 1"), swarm.model());
  tally.lose(52, "was killed by SIGSEGV");
  tally.set_version("0.1 of today");
  const auto back = SwarmTally::from_text(tally.to_text());
  ASSERT_TRUE(back.has_value());
  EXPECT_EQ(*back, tally);
  EXPECT_FALSE(SwarmTally::from_text("verdicts 1 2").has_value());
  EXPECT_FALSE(SwarmTally::from_text("what is this").has_value());
}

}  // namespace
}  // namespace harness::campaign
