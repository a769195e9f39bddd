#include "harness/clock/print.h"

#include <gtest/gtest.h>

#include <string>
#include <string_view>

#include "harness/base/rng.h"

namespace harness::clock {
namespace {

TEST(Print, SecondsHaveMicrosecondsOrNanosecondsWhereNeeded) {
  struct Case {
    Duration d;
    std::string_view text;
  };
  for (const auto& [d, text] :
       {Case{0ns, "0.000000"}, Case{203ms, "0.203000"}, Case{-1500ms, "-1.500000"},
        Case{1ns, "0.000000001"}, Case{-1ns, "-0.000000001"}, Case{1us, "0.000001"},
        Case{999'999'999ns, "0.999999999"}, Case{240s, "240.000000"},
        Case{Duration::max(), "9223372036.854775807"},
        Case{Duration::min(), "-9223372036.854775808"}}) {
    EXPECT_EQ(seconds(d), text);
  }
  EXPECT_EQ(seconds(kStart + 1s), "1.000000");
}

TEST(Print, PeopleReadThreeDigitsAndAUnit) {
  struct Case {
    Duration d;
    std::string_view text;
  };
  for (const auto& [d, text] :
       {Case{0ns, "0 ns"}, Case{999ns, "999 ns"}, Case{1us, "1 us"}, Case{3200ns, "3.2 us"},
        Case{999'499ns, "999 us"}, Case{999'500ns, "1 ms"}, Case{999'999ns, "1 ms"},
        Case{40ms, "40 ms"}, Case{99'999'999ns, "100 ms"}, Case{100ms, "0.100 s"},
        Case{203ms, "0.203 s"}, Case{-40ms, "-40 ms"}, Case{75s, "75.000 s"},
        Case{Duration::min(), "-9223372036.855 s"}}) {
    EXPECT_EQ(human(d), text);
  }
}

TEST(Print, WhatIsWrittenIsReadBack) {
  base::Rng rng{5};
  for (int i = 0; i < 10'000; ++i) {
    const auto count = static_cast<std::int64_t>(rng.next() >> (4 + rng.below(60)));
    const Duration d{rng.chance({1, 2}) ? -count : count};
    if (d > 1'000'000'000s || d < -1'000'000'000s) continue;
    const auto read = parse_seconds(seconds(d));
    ASSERT_TRUE(read) << seconds(d);
    EXPECT_EQ(*read, d) << seconds(d);
  }
}

TEST(Print, AnyDecimalNumberOfSecondsIsRead) {
  struct Case {
    std::string_view text;
    Duration d;
  };
  for (const auto& [text, d] :
       {Case{"0", 0ns}, Case{"1", 1s}, Case{".5", 500ms}, Case{"1.", 1s}, Case{"-.25", -250ms},
        Case{"00012.5", 12'500ms}, Case{"0.000000001", 1ns}, Case{"0.0000000019", 1ns},
        Case{"1000000000", 1'000'000'000s}}) {
    const auto read = parse_seconds(text);
    ASSERT_TRUE(read) << text;
    EXPECT_EQ(*read, d) << text;
  }
}

TEST(Print, AnythingElseIsNoTime) {
  for (const std::string_view text :
       {"", "-", ".", "-.", "+1", "1s", "1.5.0", " 1", "1 ", "1e3", "0x1", "--1", "1-", "inf",
        "nan", "1000000001", "99999999999999999999999999999999"}) {
    const auto read = parse_seconds(text);
    ASSERT_FALSE(read) << text;
    EXPECT_EQ(read.error(), "expected a number of seconds, found `" + std::string(text) + "`");
  }
}

}  // namespace
}  // namespace harness::clock
