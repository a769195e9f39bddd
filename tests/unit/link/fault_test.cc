#include "harness/link/fault.h"

#include <gtest/gtest.h>

#include <string>

#include "harness/base/rng.h"

namespace harness::link {
namespace {

using namespace std::chrono_literals;

std::vector<Fault> parsed(std::string_view text) {
  auto faults = parse_faults(text);
  EXPECT_TRUE(faults) << text << ": column " << faults.error().column << ": "
                      << faults.error().message;
  return faults ? *faults : std::vector<Fault>{};
}

TEST(Fault, EveryActionIsReadWithItsNumbers) {
  const struct {
    std::string text;
    Fault fault;
  } kCases[] = {
      {"drop", {Drop{kAlways}, {}}},
      {"drop 5%", {Drop{{5, 100}}, {}}},
      {"loss 5%", {Drop{{5, 100}}, {}}},
      {"loss 0.1%", {Drop{{1, 1000}}, {}}},
      {"drop 1/20", {Drop{{1, 20}}, {}}},
      {"delay 20ms", {Delay{20ms, 20ms}, {}}},
      {"delay 0.5s..1.5s", {Delay{500ms, 1500ms}, {}}},
      {"delay 0.25us", {Delay{250ns, 250ns}, {}}},
      {"duplicate", {Duplicate{kAlways}, {}}},
      {"duplicate 50 %", {Duplicate{{50, 100}}, {}}},
      {"corrupt 1/3", {Corrupt{{1, 3}}, {}}},
      {"reorder", {Reorder{kAlways, 1, 1s}, {}}},
      {"reorder 25% behind 3 within 200ms", {Reorder{{25, 100}, 3, 200ms}, {}}},
  };
  for (const auto& c : kCases) {
    const auto faults = parsed(c.text);
    ASSERT_EQ(faults.size(), 1u) << c.text;
    EXPECT_EQ(faults[0], c.fault) << c.text;
  }
}

TEST(Fault, AMatchNamesDirectionOrdinalDataAndBitsInAnyOrder) {
  Match match{.direction = event::Direction::ToTarget,
              .set = wire::kSyn,
              .clear = wire::kAck,
              .payload = false,
              .nth = 2};
  for (auto text :
       {"drop to-target nth 2 no-data SYN+!ACK", "drop SYN !ACK nth 2 no-data to-target",
        "drop !ACK+SYN no-data to-target nth 2"}) {
    const auto faults = parsed(text);
    ASSERT_EQ(faults.size(), 1u);
    EXPECT_EQ(faults[0].match, match) << text;
  }
}

TEST(Fault, SemicolonsSeparateFaultsAndTheirOrderIsKept) {
  const auto faults = parsed("drop nth 1 SYN; delay 5ms from-target;duplicate data");
  ASSERT_EQ(faults.size(), 3u);
  EXPECT_EQ(print(faults[0]), "drop nth 1 SYN");
  EXPECT_EQ(print(faults[1]), "delay 5ms from-target");
  EXPECT_EQ(print(faults[2]), "duplicate data");
}

TEST(Fault, TheSameFaultHasManySpellings) {
  constexpr std::pair<std::string_view, std::string_view> kSame[] = {
      {"loss 5%", "drop 5%"},
      {"loss random 5%", "drop 5%"},
      {"loss 5% 25%", "drop 5% correlation 25%"},
      {"loss gemodel 1%", "drop gemodel 1% 99% 100% 0%"},
      {"loss gemodel 1% 10% 70% 0.1%", "drop gemodel 1% 10% 70% 0.1%"},
      {"loss state 1%", "drop state 1% 99% 0% 100% 0%"},
      {"blackhole from 1s to 2s", "drop from 1s to 2s"},
      {"partition to-target to 1500ms", "drop to-target to 1500ms"},
      {"drop every 10", "drop every 10"},
      {"loss burst 3 SYN", "drop burst 3 SYN"},
      {"reorder 25% gap 5", "reorder 25% every 5"},
      {"delay 20ms \xC2\xB1 5ms normal", "delay 20ms +- 5ms normal"},
      {"delay 20ms+-5ms", "delay 15ms..25ms"},
      {"delay 5ms +- 20ms", "delay 5ms +- 20ms"},
      {"delay 100ms 10ms 25% distribution pareto", "delay 100ms +- 10ms pareto correlation 25%"},
      {"delay 1ms in-order every 2", "delay 1ms every 2 in-order"},
      {"corrupt ack|seq seq 1..9", "corrupt seq|ack seq 1..9"},
      {"corrupt seq 1..9", "corrupt seq 1..9"},
      {"corrupt payload payload \"x\"", "corrupt payload payload \"x\""},
      {"corrupt 1% checksum left", "corrupt 1%"},
      {"truncate 5% checksum repaired at 40", "truncate 5% at 40 checksum repaired"},
      {"rate 1500kbit", "rate 1500kbit"},
      {"rate 1.5mbit queue 10", "rate 1500kbit queue 10"},
      {"mtu 1400 from-target icmp", "mtu 1400 icmp from-target"},
      {"drop FIN retransmission 2 from-target", "drop from-target retransmission 2 FIN"},
      {"drop nth 2..4 length 1..1", "drop nth 2..4 length 1"},
      {"drop until fin_wait1", "drop until FIN-WAIT-1"},
      {"drop SYN; drop; drop SYN", "drop SYN; drop; drop SYN dice 2"},
  };
  for (const auto& [text, wanted] : kSame) {
    const auto read = parse_faults(text), same = parse_faults(wanted);
    ASSERT_EQ(read.has_value(), same.has_value()) << text;
    if (!read) {
      EXPECT_EQ(read.error().message, same.error().message) << text;
      continue;
    }
    EXPECT_EQ(print(*read), wanted) << text;
    EXPECT_EQ(*read, *same) << text;
  }
}

TEST(Fault, AnErrorSaysAtWhichColumn) {
  const struct {
    std::string text;
    std::size_t column;
    std::string says;
  } kCases[] = {
      {"", 1, "corrupt, truncate, rate or mtu, found the end"},
      {"drop;", 6, "found the end"},
      {"dorp 5%", 1, "found `dorp`; did you mean `drop`?"},
      {"drop SYN nht 1", 10, "found `nht`; did you mean `nth`?"},
      {"loss gemodel", 13, "expected a rate"},
      {"loss state 80% 10% 10% 10% 30%", 1, "p13 and p14 are at most 100% together"},
      {"loss 5% 10% burst 3", 13, "`burst` does not go with"},
      {"drop burst 0", 12, "a whole number from 1"},
      {"delay 20ms ± 5", 16, "expected `s`, `ms` or `us`"},
      {"delay 20ms normal", 12, "a distribution needs a jitter"},
      {"delay 20ms +- 5ms distribution norml", 32, "did you mean `normal`?"},
      {"delay 20ms 5ms normal pareto", 23, "does not go with"},
      {"corrupt 1% seq|akc", 16, "did you mean `ack`?"},
      {"corrupt bits 65", 14, "at most 64"},
      {"corrupt checksum repared", 18, "found `repared`"},
      {"truncate at 0", 13, "a whole number from 1"},
      {"rate 5mbits", 7, "did you mean `mbit`?"},
      {"rate 0bit", 6, "from 1bit"},
      {"rate 2000gbit", 6, "to 1000gbit"},
      {"drop from 2s to 1s", 1, "`from` comes before `to`"},
      {"drop until ESTABLISHD", 12, "did you mean `ESTABLISHED`?"},
      {"drop seq 9..3", 10, "the larger number comes second"},
      {"drop payload GET", 14, "expected a text"},
      {"drop payload \"GET", 14, "has no end"},
      {"drop payload \"G\\T\"", 16, "behind a backslash"},
      {"drop retransmission 0", 21, "a whole number from 1"},
      {"drop queue 5", 6, "found `queue`"},
      {"loss", 5, "expected a rate such as 5% or 1/20, found the end"},
      {"loss 5", 7, "expected `%` or `/`"},
      {"drop 101%", 6, "a rate is from 0% to 100%"},
      {"drop 1/0", 6, "a rate is from"},
      {"drop 3/2", 6, "a rate is from"},
      {"drop 99999999999999999999%", 6, "too large or too fine"},
      {"delay 5", 8, "expected `s`, `ms` or `us`"},
      {"delay 20ms..10ms", 7, "the longer delay comes second"},
      {"delay 9999999s", 7, "at most 1000000 s"},
      {"drop nth 0", 10, "a whole number from 1"},
      {"drop nth 1.5", 10, "a whole number from 1"},
      {"drop SYN+", 10, "expected SYN, FIN"},
      {"drop SYN+SIN", 10, "found `SIN`"},
      {"drop FYN", 6, "found `FYN`; did you mean `FIN`?"},
      {"drop SYN+AKC", 10, "found `AKC`; did you mean `ACK`?"},
      {"drop SYN+!SYN", 10, "SYN cannot be both set and clear"},
      {"drop to-target from-target", 16, "does not go with"},
      {"drop data no-data", 11, "does not go with"},
      {"drop nth 1 nth 2", 12, "does not go with"},
      {"drop 5% @", 9, "expected a match or `;`, found `@`"},
      {"drop \x01", 6, "found `?`"},
  };
  for (const auto& c : kCases) {
    const auto faults = parse_faults(c.text);
    ASSERT_FALSE(faults) << c.text;
    EXPECT_EQ(faults.error().column, c.column) << c.text << ": " << faults.error().message;
    EXPECT_NE(faults.error().message.find(c.says), std::string::npos)
        << c.text << ": " << faults.error().message;
  }
}

TEST(Fault, ALinkTakesSixtyFourFaultsAndNoMore) {
  std::string text = "drop";
  for (int i = 1; i < 64; ++i) text += "; drop";
  EXPECT_EQ(parsed(text).size(), 64u);
  text += "; drop";
  ASSERT_FALSE(parse_faults(text));
  EXPECT_EQ(parse_faults(text).error().message, "more than 64 faults");
}

// Anything that can be, much of it strange.
class AnyFault {
 public:
  explicit AnyFault(std::uint64_t seed) : rng_(seed) {}

  Fault next() {
    Fault fault{.action = action()};
    const bool delays = std::holds_alternative<Delay>(fault.action);
    const bool chooses =
        std::visit([](const auto& a) { return requires { a.rate; }; }, fault.action);
    if (chooses || delays) fault.pattern = pattern(delays);
    if (std::holds_alternative<Markov>(fault.pattern) ||
        std::holds_alternative<GilbertElliott>(fault.pattern)) {
      std::visit(
          [](auto& a) {
            if constexpr (requires { a.rate; }) a.rate = kAlways;
          },
          fault.action);
    }
    fault.match = match();
    if (one_in(4)) fault.dice = below(4'000'000'000);
    return fault;
  }

 private:
  bool one_in(std::uint64_t n) { return rng_.below(n) == 0; }
  std::uint32_t below(std::uint64_t n) { return static_cast<std::uint32_t>(rng_.below(n)); }
  base::Ratio rate() {
    const auto of = 1 + below(0xFFFF'FFFF);
    switch (rng_.below(4)) {
      case 0:
        return kAlways;
      case 1:
        return {below(101), 100};
      case 2:
        return {below(1001), 1000};
      default:
        return {below(std::uint64_t{of} + 1), of};
    }
  }
  clock::Duration time() {
    constexpr std::uint64_t kUnits[] = {1, 1'000, 1'000'000, 1'000'000'000};
    const auto unit = kUnits[rng_.below(4)];
    return clock::Duration{static_cast<std::int64_t>(rng_.below(10'000) * unit)};
  }
  Action action() {
    switch (rng_.below(8)) {
      case 0:
        return Drop{rate()};
      case 1:
        return delay();
      case 2:
        return Reorder{rate(), 1 + below(5), time()};
      case 3:
        return Duplicate{rate()};
      case 4:
        return Corrupt{rate(), static_cast<std::uint16_t>(one_in(2) ? 0 : below(1024)),
                       1 + below(64), one_in(2)};
      case 5:
        return Truncate{rate(), one_in(2) ? std::optional{1 + below(2000)} : std::nullopt,
                        one_in(2)};
      case 6:
        return Bandwidth{1 + rng_.below(1'000'000) * (one_in(2) ? 1 : 1000), below(3)};
      default:
        return Mtu{1 + below(70'000), one_in(2)};
    }
  }
  Delay delay() {
    const auto middle = time(), jitter = time() + clock::Duration{1};
    Delay delay{.least = middle, .most = middle + jitter};
    if (one_in(2)) {
      delay = {.least = middle - jitter, .most = middle + jitter};
      delay.shape = static_cast<Shape>(rng_.below(4));
    }
    if (one_in(3)) delay.correlation = rate();
    delay.in_order = one_in(3);
    return delay;
  }
  Pattern pattern(bool only_every) {
    switch (only_every ? rng_.below(2) * 4 : rng_.below(6)) {
      case 0:
        return Independent{};
      case 1:
        return Correlated{rate()};
      case 2: {
        const base::Ratio few{below(50), 100};
        return Markov{few, few, few, rate(), few};
      }
      case 3:
        return GilbertElliott{rate(), rate(), rate(), rate()};
      case 4:
        return Every{1 + below(9)};
      default:
        return Burst{1 + below(9)};
    }
  }
  Match match() {
    Match match;
    if (one_in(2)) match.direction = static_cast<event::Direction>(rng_.below(2));
    if (one_in(2)) match.payload = one_in(2);
    if (one_in(2)) match.nth = 1 + below(4);
    if (match.nth != 0 && one_in(2)) match.nth_last = match.nth + 1 + below(4);
    if (one_in(4)) match.length = range();
    if (one_in(4)) match.seq = range();
    if (one_in(4)) match.retransmission = 1 + below(9);
    if (one_in(4)) {
      for (auto n = 1 + rng_.below(5); n > 0; --n) {
        match.contains += static_cast<char>(rng_.next());
      }
    }
    if (one_in(4)) match.from = time();
    if (one_in(4)) match.to = match.from + time() + clock::Duration{1};
    if (one_in(4)) {
      match.state = StateMatch{static_cast<Phase>(rng_.below(3)),
                               static_cast<event::TcpState>(1 + rng_.below(11))};
    }
    match.set.bits = static_cast<std::uint16_t>(rng_.next() & rng_.next() & 0x1FF);
    match.clear.bits =
        static_cast<std::uint16_t>(rng_.next() & rng_.next() & 0x1FF & ~match.set.bits);
    return match;
  }
  Range range() {
    const auto first = below(5000);
    return {first, first + (one_in(2) ? 0 : below(5000))};
  }

  base::Rng rng_;
};

TEST(Fault, WhatIsPrintedIsReadBack) {
  AnyFault any{2};
  for (int i = 0; i < 20'000; ++i) {
    const Fault fault = any.next();
    ASSERT_TRUE(sound(fault)) << print(fault);
    const auto again = parse_faults(print(fault));
    ASSERT_TRUE(again) << print(fault) << ": " << again.error().message;
    EXPECT_EQ(*again, std::vector{fault}) << print(fault);
  }
}

TEST(Fault, NoTextBreaksTheReader) {
  base::Rng rng{3};
  const std::string seed =
      "drop 5% to-target nth 2..3; delay 1.5ms..2s SYN+!ACK; reorder 1/3 behind 2 gap 5; "
      "delay 20ms \xC2\xB1 5ms normal in-order; loss gemodel 1% 10% 70%; loss state 1% 9%; "
      "corrupt seq|ack bits 3 checksum repaired; truncate at 40; rate 1.5mbit queue 10; "
      "mtu 1400 icmp; drop payload \"a\\x00b\" seq 1..99 retransmission 2 from 1s to 2s "
      "until ESTABLISHED dice 2; loss 5% burst 3";
  for (int i = 0; i < 20'000; ++i) {
    std::string text = seed;
    for (auto n = rng.below(4); n > 0; --n)
      text[rng.below(text.size())] = static_cast<char>(rng.next());
    text.resize(rng.below(text.size() + 1));
    const auto faults = parse_faults(text);
    if (faults) continue;
    EXPECT_GE(faults.error().column, 1u);
    EXPECT_LE(faults.error().column, text.size() + 1);
  }
}

}  // namespace
}  // namespace harness::link
