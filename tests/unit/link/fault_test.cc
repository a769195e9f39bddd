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

TEST(Fault, AnErrorSaysAtWhichColumn) {
  const struct {
    std::string text;
    std::size_t column;
    std::string says;
  } kCases[] = {
      {"", 1, "expected drop, loss, delay, duplicate, reorder or corrupt, found the end"},
      {"drop;", 6, "found the end"},
      {"dorp 5%", 1, "found `dorp`"},
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

Fault any_fault(base::Rng& rng) {
  const auto rate = [&] {
    const auto of = static_cast<std::uint32_t>(1 + rng.below(0xFFFF'FFFF));
    const auto parts = static_cast<std::uint32_t>(rng.below(std::uint64_t{of} + 1));
    switch (rng.below(3)) {
      case 0:
        return kAlways;
      case 1:
        return base::Ratio{static_cast<std::uint32_t>(rng.below(101)), 100};
      default:
        return base::Ratio{parts, of};
    }
  };
  const auto time = [&] {
    constexpr std::uint64_t kUnits[] = {1, 1'000, 1'000'000, 1'000'000'000};
    const auto unit = kUnits[rng.below(4)];
    return clock::Duration{static_cast<std::int64_t>(rng.below(10'000) * unit)};
  };
  Fault fault;
  switch (rng.below(5)) {
    case 0:
      fault.action = Drop{rate()};
      break;
    case 1: {
      const auto least = time();
      fault.action = Delay{least, least + time()};
      break;
    }
    case 2: {
      Reorder reorder{.rate = rate()};
      reorder.behind = static_cast<std::uint32_t>(1 + rng.below(5));
      reorder.at_most = time();
      fault.action = reorder;
      break;
    }
    case 3:
      fault.action = Duplicate{rate()};
      break;
    default:
      fault.action = Corrupt{rate()};
  }
  Match& match = fault.match;
  if (rng.below(2) == 0) match.direction = static_cast<event::Direction>(rng.below(2));
  if (rng.below(2) == 0) match.payload = rng.below(2) == 0;
  if (rng.below(2) == 0) match.nth = static_cast<std::uint32_t>(rng.below(4));
  match.set.bits = static_cast<std::uint16_t>(rng.next() & rng.next() & 0x1FF);
  match.clear.bits = static_cast<std::uint16_t>(rng.next() & rng.next() & 0x1FF & ~match.set.bits);
  return fault;
}

TEST(Fault, WhatIsPrintedIsReadBack) {
  base::Rng rng{2};
  for (int i = 0; i < 5000; ++i) {
    const Fault fault = any_fault(rng);
    const auto again = parse_faults(print(fault));
    ASSERT_TRUE(again) << print(fault) << ": " << again.error().message;
    EXPECT_EQ(*again, std::vector{fault}) << print(fault);
  }
}

TEST(Fault, NoTextBreaksTheReader) {
  base::Rng rng{3};
  const std::string seed =
      "drop 5% to-target nth 2; delay 1.5ms..2s SYN+!ACK; reorder 1/3 behind 2";
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
