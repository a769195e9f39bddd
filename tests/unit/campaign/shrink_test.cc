#include "harness/campaign/shrink.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <chrono>
#include <cstdint>

#include "tests/unit/campaign/played.h"

namespace harness::campaign {
namespace {

using scenario::PacketStep;
using scenario::Scenario;
using std::chrono::milliseconds;

const PacketStep* packet(const scenario::Step& step) { return std::get_if<PacketStep>(&step.what); }

Scenario many_packets() {
  std::string script = "0 socket(..., SOCK_STREAM, IPPROTO_TCP) = 3\n";
  for (int i = 1; i <= 40; ++i) {
    script += fmt::format("{} < P. {}:{}(10) ack 1 win 500 <nop,nop,TS val 1 ecr 2>\n", 0.25 * i,
                          i * 10, i * 10 + 10);
  }
  return parsed(script);
}

// Fails when there are so many packets with text.
auto needs_texts(long wanted) {
  return [wanted](const Scenario& script) {
    return std::ranges::count_if(script.steps, [](const scenario::Step& step) {
             return packet(step) != nullptr && packet(step)->length > 0;
           }) >= wanted;
  };
}

TEST(Shrink, WhatIsLeftStillFailsAndNothingOfItCanGo) {
  const auto fails = needs_texts(3);
  const auto small = shrink(many_packets(), fails, {});
  ASSERT_TRUE(small.minimal);
  ASSERT_EQ(small.scenario.steps.size(), 3u);
  EXPECT_TRUE(fails(small.scenario));
  for (std::size_t i = 0; i < 3; ++i) {
    auto less = small.scenario;
    less.steps.erase(less.steps.begin() + static_cast<std::ptrdiff_t>(i));
    EXPECT_FALSE(fails(less));
  }
}

TEST(Shrink, WhatDoesNotMatterBecomesPlain) {
  const auto small = shrink(many_packets(), needs_texts(1), {});
  ASSERT_EQ(small.scenario.steps.size(), 1u);
  const auto& step = small.scenario.steps[0];
  EXPECT_EQ(step.when.from, clock::Duration{});
  EXPECT_EQ(packet(step)->length, 1u);
  EXPECT_TRUE(packet(step)->options->empty());
  EXPECT_EQ(packet(step)->window, 65'535);
  EXPECT_FALSE(packet(step)->flags.psh());
}

TEST(Shrink, ATimeThatMattersIsKept) {
  const auto late = [](const Scenario& script) {
    return script.steps.size() >= 2 &&
           script.steps.back().when.from - script.steps.front().when.from >= milliseconds{250};
  };
  const auto small = shrink(many_packets(), late, {});
  ASSERT_EQ(small.scenario.steps.size(), 2u);
  EXPECT_EQ(small.scenario.steps[1].when.from, milliseconds{300});
}

TEST(Shrink, TextThatFollowsClosesUp) {
  const auto both_in_a_row = [](const Scenario& script) {
    if (script.steps.size() < 2) return false;
    const auto *a = packet(script.steps[0]), *b = packet(script.steps[1]);
    return a != nullptr && b != nullptr && a->length > 0 && b->seq == a->seq + a->length;
  };
  const auto small = shrink(many_packets(), both_in_a_row, {});
  ASSERT_EQ(small.scenario.steps.size(), 2u);
  EXPECT_EQ(packet(small.scenario.steps[0])->length, 1u);
  EXPECT_EQ(packet(small.scenario.steps[1])->seq, packet(small.scenario.steps[0])->seq + 1);
}

TEST(Shrink, ItEndsWhenItsTriesAreUsedUpAndSaysSo) {
  std::size_t asked = 0;
  const auto fails = [&](const Scenario&) {
    ++asked;
    return false;
  };
  const auto small = shrink(many_packets(), fails, {.tries = 10});
  EXPECT_EQ(asked, 10u);
  EXPECT_FALSE(small.minimal);
  EXPECT_EQ(small.scenario.steps.size(), many_packets().steps.size());
}

TEST(Shrink, ItEndsWhenTheUserWantsIt) {
  const std::sig_atomic_t stop = 1;
  const auto small = shrink(many_packets(), needs_texts(1), {.stop = &stop});
  EXPECT_EQ(small.tries, 0u);
  EXPECT_FALSE(small.minimal);
}

}  // namespace
}  // namespace harness::campaign
