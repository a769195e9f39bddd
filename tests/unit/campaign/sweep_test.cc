#include "harness/campaign/sweep.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <set>
#include <string>

#include "harness/engine/settings.h"
#include "harness/event/decision.h"
#include "harness/event/text.h"
#include "tests/unit/campaign/played.h"

namespace harness::campaign {
namespace {

using event::Direction;
using event::Kind;
using oracle::Verdict;

const std::string kWhole = std::string{kOpen}.append(kTalk) + "+0 > . 102:102(0) ack 12\n";
// What passes the target's edge, as text.
std::vector<std::string> segments(const event::Trace& trace) {
  std::vector<std::string> all;
  for (const auto& record : trace.records()) {
    if (record.kind == Kind::Packet) all.push_back(wire::print_datagram(trace.body(record)));
  }
  return all;
}

void sweep_all(Sweep& sweep, const std::function<void(const Swept&)>& told) {
  for (std::uint32_t i = 0; i < sweep.singles(); ++i) {
    sweep.from(
        i, {}, [](auto) {},
        [&](const Swept& swept) {
          told(swept);
          return true;
        });
  }
}

TEST(Sweep, WithoutFaultsTheScriptIsPlayedAsItIs) {
  const auto script = parsed(kWhole);
  Sweep sweep{script, target::inproc::make, {}};
  event::Trace plain;
  const auto outcome = run_scenario(script, target::inproc::make, {}, plain);
  ASSERT_EQ(outcome.verdict, Verdict::Pass);
  EXPECT_EQ(sweep.clean().verdict, Verdict::Pass);
  sweep.play({});
  EXPECT_EQ(segments(sweep.trace()), segments(plain));
  EXPECT_EQ(sweep.clean().spots.size(), 10u);
  EXPECT_EQ(sweep.singles(), 50u);
}

TEST(Sweep, EachFaultFallsOnEachPacketAndEachPairOnTwo) {
  const auto script = parsed(kWhole);
  Sweep sweep{script, target::inproc::make, {}};
  std::set<std::string> seen;
  std::uint64_t singles = 0, pairs = 0, failed = 0;
  sweep_all(sweep, [&](const Swept& swept) {
    EXPECT_TRUE(seen.insert(print(swept.faults)).second) << print(swept.faults);
    (swept.faults.size() == 1 ? singles : pairs) += 1;
    failed += swept.verdict == Verdict::Pass || swept.verdict == Verdict::NonStrict ? 0 : 1;
    // Each strikes once.
    std::set<std::uint32_t> struck;
    for (const auto& record : sweep.trace().records()) {
      if (record.kind == Kind::Decision) {
        struck.insert(event::decision(sweep.trace(), record).fault);
      }
    }
    EXPECT_EQ(struck.size(), swept.faults.size()) << print(swept.faults);
  });
  EXPECT_EQ(singles, 50u);
  EXPECT_GT(pairs, 45u * 25 * 3 / 4);  // Faults take packets away, or add some.
  EXPECT_EQ(failed, 0u);
}

TEST(Sweep, WhatIsSentAgainBecauseOfAFaultIsAPacketToo) {
  const auto script = parsed(kWhole);
  Sweep sweep{script, target::inproc::make, {}};
  // The SYN,ACK is lost; the script waits for it, and the third packet is its repetition.
  const auto faults = link::parse_faults("drop from-target nth 1");
  const auto spots = sweep.play(*faults).spots;
  EXPECT_GT(spots.size(), sweep.clean().spots.size());
  bool twice = false;
  sweep_all(sweep, [&](const Swept& swept) {
    twice |= print(swept.faults) == "drop from-target nth 1; drop from-target nth 2";
  });
  EXPECT_TRUE(twice);
}

TEST(Sweep, OneRunIsTheSameHoweverItIsReached) {
  const auto script = parsed(kWhole);
  Sweep sweep{script, target::inproc::make, {}}, other{script, target::inproc::make, {}};
  sweep_all(sweep, [](const Swept&) {});
  const auto faults = link::parse_faults("corrupt to-target nth 3; reorder from-target nth 2");
  sweep.play(*faults);
  other.play(*faults);
  EXPECT_EQ(event::to_text(sweep.trace()), event::to_text(other.trace()));
}

TEST(Sweep, ADefectThatOnlyFaultsShowIsFound) {
  const auto script = parsed(kWhole);
  const auto make = engine_with("defect=checksum-unchecked");
  event::Trace trace;
  EXPECT_EQ(run_scenario(script, make, {}, trace).verdict, Verdict::Pass);
  Sweep sweep{script, make, {}};
  std::uint64_t caught = 0;
  sweep_all(sweep, [&](const Swept& swept) {
    for (const auto& finding : swept.findings) {
      caught += finding.verdict == Verdict::Fail &&
                std::ranges::count(finding.requirements, "MUST-3") > 0;
    }
  });
  EXPECT_GT(caught, 0u);
}

TEST(Sweep, WhatTheTargetCannotDoIsRefused) {
  auto script = parsed(kWhole);
  script.needs = {target::Capability::Shell};
  const Sweep sweep{script, target::inproc::make, {}};
  ASSERT_TRUE(sweep.refused().has_value());
  EXPECT_EQ(*sweep.refused(), "engine cannot: shell");
}

}  // namespace
}  // namespace harness::campaign
