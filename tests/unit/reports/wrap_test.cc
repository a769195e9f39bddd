#include "reports/wrap.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace reports {
namespace {

using testing::ElementsAre;

TEST(Wrap, AShortTextIsOneLine) {
  EXPECT_THAT(wrap("one line", 8), ElementsAre("one line"));
  EXPECT_THAT(wrap("", 8), ElementsAre(""));
}

TEST(Wrap, BreaksAtTheLastSpaceThatFits) {
  EXPECT_THAT(wrap("one two three", 8), ElementsAre("one two", "three"));
  EXPECT_THAT(wrap("one two three", 7), ElementsAre("one two", "three"));
  EXPECT_THAT(wrap("a, b one two", 8), ElementsAre("a, b one", "two"));
}

TEST(Wrap, BreaksBehindACommaWhenItComesLater) {
  EXPECT_THAT(wrap("<mss 1460,nop,wscale 7>", 14), ElementsAre("<mss 1460,nop,", "wscale 7>"));
}

TEST(Wrap, AWordThatIsTooLongIsCut) {
  EXPECT_THAT(wrap("abcdefghij", 4), ElementsAre("abcd", "efgh", "ij"));
}

TEST(Wrap, LaterLinesAreIndented) {
  EXPECT_THAT(wrap("one two three", 8, 2), ElementsAre("one two", "  three"));
  EXPECT_THAT(wrap("abcdef", 2, 4), ElementsAre("ab", "    c", "    d", "    e", "    f"));
}

TEST(Wrap, NoCharacterIsCutInTwo) {
  EXPECT_EQ(columns("für"), 3u);
  EXPECT_THAT(wrap("üüüü", 2), ElementsAre("üü", "üü"));
  EXPECT_EQ(padded("ü", 3), "ü  ");
}

TEST(Wrap, WhatMovesACursorIsNotPlain) { EXPECT_EQ(plain("a\033[2Jb\nc"), "a?[2Jb?c"); }

}  // namespace
}  // namespace reports
