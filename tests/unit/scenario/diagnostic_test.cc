#include "harness/scenario/diagnostic.h"

#include <gtest/gtest.h>

namespace harness::scenario {
namespace {

std::string printed(std::string_view text, std::size_t offset) {
  return Source{text, "a.pkt"}.diagnose(offset, "wrong").print();
}

TEST(Diagnostic, ShowsTheLineAndACaretBelowThePlace) {
  EXPECT_EQ(printed("one\ntwo three\n", 8),
            "a.pkt:2:5: wrong\n"
            "  two three\n"
            "      ^\n");
}

TEST(Diagnostic, TheEndOfALineAndOfTheFileArePlaces) {
  EXPECT_EQ(printed("one\n", 3), "a.pkt:1:4: wrong\n  one\n     ^\n");
  EXPECT_EQ(printed("one\n", 4), "a.pkt:2:1: wrong\n");
  EXPECT_EQ(printed("", 0), "a.pkt:1:1: wrong\n");
}

TEST(Diagnostic, TabsAndControlsTakeOneColumnEach) {
  const std::string_view text{
      "\t\x1b[31m\0 \x7f"
      "x",
      10};
  EXPECT_EQ(printed(text, 9),
            "a.pkt:1:10: wrong\n"
            "   ?[31m? ?x\n"
            "           ^\n");
}

TEST(Diagnostic, LettersBeyondAsciiTakeOneColumnAndTheirOctetsCount) {
  EXPECT_EQ(printed("\xC3\xA4\xE2\x82\xAC x", 6),
            "a.pkt:1:7: wrong\n"
            "  \xC3\xA4\xE2\x82\xAC x\n"
            "     ^\n");
}

TEST(Diagnostic, WhatIsNoUtf8OrReordersALineIsAQuestionMark) {
  EXPECT_EQ(harmless("\xFF\xC3", 10), "??");
  EXPECT_EQ(harmless("a\xE2\x80\xAE"
                     "b",
                     10),
            "a?b");  // Right-to-left override.
  EXPECT_EQ(harmless("\xC2\x9B"
                     "1m",
                     10),
            "?1m");  // The one-octet escape sequence.
  EXPECT_EQ(harmless("abcdef", 3), "abc...");
}

TEST(Diagnostic, ALongLineIsCutAroundThePlace) {
  const std::string text(100'000, 'x');
  for (const std::size_t at : {std::size_t{0}, std::size_t{50}, text.size() / 2, text.size() - 3}) {
    const auto diagnostic = Source{text, "a.pkt"}.diagnose(at, "wrong");
    EXPECT_EQ(diagnostic.place.column, at + 1);
    EXPECT_LE(diagnostic.source_line.size(), 130u);
    EXPECT_EQ(diagnostic.source_line.at(diagnostic.caret), 'x');
    EXPECT_EQ(diagnostic.source_line.starts_with("..."), at > 70);
    EXPECT_EQ(diagnostic.source_line.ends_with("..."), at < text.size() - 3);
  }
}

TEST(Diagnostic, ALineOfExactlyTheWidthIsNotCut) {
  const std::string text(120, 'x');
  EXPECT_EQ((Source{text, "a"}.diagnose(119, "wrong").source_line), text);
}

TEST(Source, PlacesAreLinesAndColumnsFromOne) {
  const Source source{"ab\n\ncd", "f"};
  EXPECT_EQ(source.place(0), (Place{"f", 1, 1}));
  EXPECT_EQ(source.place(2), (Place{"f", 1, 3}));
  EXPECT_EQ(source.place(3), (Place{"f", 2, 1}));
  EXPECT_EQ(source.place(6), (Place{"f", 3, 3}));
}

}  // namespace
}  // namespace harness::scenario
