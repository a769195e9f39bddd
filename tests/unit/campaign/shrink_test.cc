#include "harness/campaign/shrink.h"

#include <fmt/format.h>
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

// The script has a segment of which this is true.
template <class Is>
auto has(Is is) {
  return [is](const Scenario& script) {
    return std::ranges::any_of(script.steps, [&](const scenario::Step& step) {
      return packet(step) != nullptr && is(*packet(step));
    });
  };
}

TEST(Shrink, NumbersBecomeWhatIsExpectedNextOrStandClose) {
  const auto script = parsed(
      "0 < S 911485049:911485049(0) win 100\n"
      "0 < . 1:11(10) ack 1 win 100\n"
      "0 write(4, ..., 30) = 30\n"
      "0 < . 5555:5555(0) ack 7777 win 100\n");
  const auto all_steps = [](const Scenario& s) { return s.steps.size() == 4; };
  const auto wrong_ack = [&](const Scenario& s) {
    return all_steps(s) && packet(s.steps[3])->ack > 100u && packet(s.steps[3])->ack < 0x8000'0000u;
  };
  const auto by_ack = shrink(script, wrong_ack, {}).scenario;
  EXPECT_EQ(packet(by_ack.steps[0])->seq, 0u);
  EXPECT_EQ(packet(by_ack.steps[3])->seq, 1u);  // The text went.
  EXPECT_EQ(packet(by_ack.steps[3])->ack, 1u + 1 + 100);
  const auto wrong_seq = [&](const Scenario& s) {
    return all_steps(s) && packet(s.steps[3])->seq > packet(s.steps[1])->length + 1;
  };
  const auto by_seq = shrink(script, wrong_seq, {}).scenario;
  EXPECT_EQ(packet(by_seq.steps[3])->seq, 2u);
  EXPECT_EQ(packet(by_seq.steps[3])->ack, 2u);
}

TEST(Shrink, AnOptionGoesAlone) {
  const auto script =
      parsed("0 < S 0:0(0) win 100 <mss 1460,sackOK,TS val 5 ecr 0,nop,wscale 7>\n");
  const auto stamped = has([](const PacketStep& one) {
    return one.options && std::ranges::any_of(*one.options, [](const scenario::OptionPart& part) {
             return part.kind == scenario::OptionPart::Kind::Timestamps;
           });
  });
  const auto small = shrink(script, stamped, {}).scenario;
  const auto& options = *packet(small.steps[0])->options;
  ASSERT_EQ(options.size(), 3u);  // Two octets of padding beside it.
  EXPECT_EQ(std::ranges::count(options, scenario::OptionPart::Kind::Timestamps,
                               &scenario::OptionPart::kind),
            1);
}

TEST(Shrink, ALongWaitBecomesOneThatRetransmissionsExplain) {
  const auto script = parsed(
      "0 < . 1:1(0) ack 1 win 100\n"
      "47.123 < . 1:1(0) ack 1 win 100\n");
  for (const auto& [least, becomes] : {std::pair{6800, 7000}, {2100, 3000}, {60'000, 63'000}}) {
    auto longer = script;
    longer.steps[1].when.from += milliseconds{least};
    const auto small =
        shrink(longer,
               [&](const Scenario& s) {
                 return s.steps.size() == 2 &&
                        s.steps[1].when.from - s.steps[0].when.from >= milliseconds{least};
               },
               {});
    EXPECT_EQ(small.scenario.steps[1].when.from, milliseconds{becomes});
  }
}

TEST(Shrink, WaitsThatCountFromTheStepBeforeGoToo) {
  const auto script = parsed(
      "0 < . 1:1(0) ack 1 win 100\n"
      "+.7 < . 1:1(0) ack 1 win 100\n"
      "+.5~+.9 > . 1:1(0) ack 1\n");
  const auto small = shrink(script, [](const Scenario& s) { return s.steps.size() == 3; }, {});
  EXPECT_EQ(small.scenario.steps[1].when.from, clock::Duration{});
  // What is expected is not ours to move.
  EXPECT_EQ(small.scenario.steps[2].when.from, milliseconds{500});
}

TEST(Shrink, OneConnectionNeedsNoNames) {
  const auto script = parsed(
      "0 < 40001 > 8080 S 5:5(0) win 100\n"
      "0 < 40002 > 8080 S 5:5(0) win 100\n"
      "0 < 40002 > 8080 . 1:11(10) ack 1 win 100\n");
  const auto small = shrink(script, needs_texts(1), {}).scenario;
  ASSERT_EQ(small.steps.size(), 1u);
  EXPECT_FALSE(packet(small.steps[0])->source.has_value());
  const auto both =
      shrink(script, [](const Scenario& s) { return s.steps.size() == 3; }, {}).scenario;
  EXPECT_TRUE(packet(both.steps[0])->source.has_value());
}

TEST(Shrink, AnEndInTheMiddleKeepsWhatIsThereByThen) {
  std::sig_atomic_t stop = 0;
  std::size_t asked = 0;
  const auto fails = [&](const Scenario& script) {
    if (++asked == 6) stop = 1;
    return needs_texts(1)(script);
  };
  const auto small = shrink(many_packets(), fails, {.stop = &stop});
  EXPECT_EQ(small.tries, 6u);
  EXPECT_FALSE(small.minimal);
  EXPECT_LT(small.scenario.steps.size(), many_packets().steps.size());
  EXPECT_TRUE(needs_texts(1)(small.scenario));
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
