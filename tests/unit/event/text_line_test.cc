#include "harness/event/text_line.h"

#include <gtest/gtest.h>

#include <string>

namespace harness::event {
namespace {

template <class Write>
std::string written(Write write) {
  std::string text;
  write(text);
  return text;
}

TEST(TextLine, QuotedTextComesBackWhateverIsInIt) {
  std::string all;
  for (int c = 0; c < 256; ++c) all += static_cast<char>(c);
  for (const std::string& text :
       {std::string{}, std::string{"plain"}, std::string{"\\\"\n;= "}, all}) {
    const auto quoted = written([&](std::string& out) { write_quoted(out, text); });
    for (char c : quoted) {
      EXPECT_GE(c, ' ');
      EXPECT_LE(c, '~');
    }
    LineReader line{quoted};
    EXPECT_EQ(line.quoted(), text);
    line.end();
    EXPECT_FALSE(line.failed());
  }
}

TEST(TextLine, OctetsComeBackAndNoneIsADash) {
  base::Bytes all;
  for (int i = 0; i < 256; ++i) all.push_back(static_cast<std::byte>(i));
  for (const base::Bytes& octets : {base::Bytes{}, all}) {
    const auto text = written([&](std::string& out) { write_hex(out, octets); });
    LineReader line{text};
    base::Bytes got(3);
    line.hex(got);
    EXPECT_EQ(got, octets);
    EXPECT_FALSE(line.failed());
  }
  EXPECT_EQ(written([](std::string& out) { write_hex(out, {}); }), "-");
}

TEST(TextLine, EveryCombinationOfBitsComesBack) {
  for (unsigned bits = 0; bits <= 0xFFFF; ++bits) {
    const wire::Flags flags{static_cast<std::uint16_t>(bits)};
    const auto text = written([&](std::string& out) { write_flags(out, flags); });
    LineReader line{text};
    ASSERT_EQ(line.flags(), flags) << text;
    ASSERT_FALSE(line.failed()) << text;
  }
}

TEST(TextLine, ATimeMayBeNever) {
  const auto text = written([](std::string& out) { write_time(out, clock::kNever); });
  EXPECT_EQ(text, "never");
  LineReader line{"never 1.5"};
  EXPECT_EQ(line.instant(), clock::kNever);
  EXPECT_EQ(line.instant(), clock::kStart + std::chrono::milliseconds{1500});
}

TEST(TextLine, WordsAndKeysAreTakenWhole) {
  LineReader line{"one two=2 =three ; comment"};
  EXPECT_FALSE(line.take("on"));
  EXPECT_TRUE(line.take("one"));
  EXPECT_FALSE(line.take_key("tw"));
  EXPECT_FALSE(line.take_key("two="));
  EXPECT_TRUE(line.take_key("two"));
  EXPECT_EQ(line.number<int>(), 2);
  EXPECT_EQ(line.word(), "=three");
  line.end();
  EXPECT_FALSE(line.failed());
}

TEST(TextLine, TheFirstMistakeStaysAndNothingMoreIsTaken) {
  LineReader line{"x 7"};
  EXPECT_EQ(line.number<int>(), 0);
  EXPECT_EQ(line.number<int>(), 0);
  EXPECT_TRUE(line.failed());
  EXPECT_EQ(line.error(), "expected a number, found `x`");
}

TEST(TextLine, NumbersKeepToTheirSizes) {
  const auto fails = [](std::string_view text, auto number) {
    LineReader line{text};
    line.number<decltype(number)>();
    return line.failed();
  };
  EXPECT_FALSE(fails("255", std::uint8_t{}));
  EXPECT_TRUE(fails("256", std::uint8_t{}));
  EXPECT_TRUE(fails("-1", std::uint8_t{}));
  EXPECT_TRUE(fails("+1", std::uint8_t{}));
  EXPECT_TRUE(fails("1x", std::uint8_t{}));
  EXPECT_TRUE(fails("", std::uint8_t{}));
  EXPECT_FALSE(fails("-9223372036854775808", std::int64_t{}));
  EXPECT_TRUE(fails("9223372036854775808", std::int64_t{}));
}

}  // namespace
}  // namespace harness::event
