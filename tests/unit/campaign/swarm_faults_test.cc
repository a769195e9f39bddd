#include "harness/campaign/swarm_faults.h"

#include <gtest/gtest.h>

#include <chrono>
#include <set>

#include "harness/campaign/swarm.h"
#include "harness/target/inproc/inproc.h"

namespace harness::campaign {
namespace {

std::vector<link::Fault> drawn(const SwarmTaste& taste, int count) {
  base::Rng rng{11};
  std::vector<link::Fault> faults;
  for (int i = 0; i < count; ++i) faults.push_back(draw_any_fault(rng, taste));
  return faults;
}

TEST(SwarmFaults, AreOfEveryKindThereIs) {
  std::set<std::size_t> actions, patterns;
  std::set<link::Phase> phases;
  std::set<link::Shape> shapes;
  int nth = 0, again = 0, seq = 0, length = 0, clear = 0, timed = 0, icmp = 0, repaired = 0;
  for (const auto& one : drawn({}, 3000)) {
    actions.insert(one.action.index());
    patterns.insert(one.pattern.index());
    if (one.match.state) phases.insert(one.match.state->phase);
    if (const auto* delay = std::get_if<link::Delay>(&one.action)) shapes.insert(delay->shape);
    nth += one.match.nth != 0;
    again += one.match.retransmission != 0;
    seq += one.match.seq.has_value();
    length += one.match.length.has_value();
    clear += one.match.clear.bits != 0;
    timed += one.match.from.count() > 0;
    if (const auto* mtu = std::get_if<link::Mtu>(&one.action)) icmp += mtu->icmp;
    if (const auto* corrupt = std::get_if<link::Corrupt>(&one.action))
      repaired += corrupt->repaired;
  }
  EXPECT_EQ(actions.size(), std::variant_size_v<link::Action>);
  EXPECT_EQ(patterns.size(), std::variant_size_v<link::Pattern>);
  EXPECT_EQ(phases.size(), 3u);
  EXPECT_EQ(shapes.size(), 4u);
  for (const int count : {nth, again, seq, length, clear, timed, icmp, repaired})
    EXPECT_GT(count, 50);
}

TEST(SwarmFaults, AreWrittenAsPeopleWriteThem) {
  for (const auto& one : drawn({}, 3000)) {
    const auto text = link::print(one);
    const auto read = link::parse_faults(text);
    ASSERT_TRUE(read.has_value()) << text;
    ASSERT_TRUE(*read == std::vector{one}) << text;
  }
}

TEST(SwarmFaults, AreShortOnARealClock) {
  for (const auto& one : drawn({.real_time = true}, 3000)) {
    EXPECT_LE(one.match.from, std::chrono::milliseconds{2}) << link::print(one);
    if (const auto* delay = std::get_if<link::Delay>(&one.action)) {
      EXPECT_LE(delay->most, std::chrono::milliseconds{2}) << link::print(one);
    }
  }
}

TEST(SwarmFaults, AreThoseOfTheirConversationAndAsText) {
  const SwarmOptions all{.seed = 3, .taste = {.all_faults = true}};
  Swarm one{target::inproc::make, all}, other{target::inproc::make, all};
  int with_faults = 0;
  for (std::uint64_t i = 0; i < 60; ++i) {
    one.hold(i);
    other.hold(59 - i);
    const auto& faults = one.plan().faults;
    if (faults.empty()) continue;
    ++with_faults;
    // Written out they do the same again.
    auto told = all;
    const auto read = link::parse_faults(link::print(faults));
    ASSERT_TRUE(read.has_value()) << link::print(faults);
    told.faults = *read;
    Swarm again{target::inproc::make, told};
    EXPECT_EQ(again.hold(i).segments, one.hold(i).segments) << i << ": " << link::print(faults);
    other.hold(i);
    EXPECT_EQ(other.plan().faults, one.plan().faults);
  }
  EXPECT_GT(with_faults, 20);
}

}  // namespace
}  // namespace harness::campaign
