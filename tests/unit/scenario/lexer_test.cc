#include "harness/scenario/lexer.h"

#include <gtest/gtest.h>

#include <string>
#include <utility>
#include <vector>

namespace harness::scenario {
namespace {

using Kind = Token::Kind;
using Tokens = std::vector<std::pair<Kind, std::string>>;

Tokens tokens(std::string_view text) {
  Tokens all;
  for (std::size_t at = 0;;) {
    const Token token = next_token(text, at);
    if (token.is(Kind::End)) return all;
    all.emplace_back(token.kind, token.text);
    if (token.is(Kind::Broken)) return all;
    at = token.end();
  }
}

TEST(Lexer, TheLongestMatchWins) {
  EXPECT_EQ(tokens("1 -1 1.5 .5 -.5 0x1F 0x1G 12ms S"), (Tokens{{Kind::Integer, "1"},
                                                                {Kind::Integer, "-1"},
                                                                {Kind::Decimal, "1.5"},
                                                                {Kind::Decimal, ".5"},
                                                                {Kind::Decimal, "-.5"},
                                                                {Kind::Hex, "0x1F"},
                                                                {Kind::Word, "0x1G"},
                                                                {Kind::Word, "12ms"},
                                                                {Kind::Word, "S"}}));
}

TEST(Lexer, APointBelongsToANumberOnlyBeforeADigit) {
  EXPECT_EQ(tokens("1. S. ...0.5 0....5 P.5"), (Tokens{{Kind::Integer, "1"},
                                                       {Kind::Symbol, "."},
                                                       {Kind::Word, "S"},
                                                       {Kind::Symbol, "."},
                                                       {Kind::Dots, "..."},
                                                       {Kind::Decimal, "0.5"},
                                                       {Kind::Integer, "0"},
                                                       {Kind::Dots, "..."},
                                                       {Kind::Decimal, ".5"},
                                                       {Kind::Word, "P"},
                                                       {Kind::Decimal, ".5"}}));
}

TEST(Lexer, ARangeOfNumbersNeedsNoBlanks) {
  EXPECT_EQ(tokens("1:1001(1000)+.1~+.2"), (Tokens{{Kind::Integer, "1"},
                                                   {Kind::Symbol, ":"},
                                                   {Kind::Integer, "1001"},
                                                   {Kind::Symbol, "("},
                                                   {Kind::Integer, "1000"},
                                                   {Kind::Symbol, ")"},
                                                   {Kind::Symbol, "+"},
                                                   {Kind::Decimal, ".1"},
                                                   {Kind::Symbol, "~"},
                                                   {Kind::Symbol, "+"},
                                                   {Kind::Decimal, ".2"}}));
}

TEST(Lexer, CommentsSeparateTokensAnywhere) {
  EXPECT_EQ(tokens("a/* // */b//c\n d /**/ / e"), (Tokens{{Kind::Word, "a"},
                                                          {Kind::Word, "b"},
                                                          {Kind::Word, "d"},
                                                          {Kind::Symbol, "/"},
                                                          {Kind::Word, "e"}}));
}

TEST(Lexer, QuotesRunOverLinesAndABackslashEscapes) {
  EXPECT_EQ(tokens("\"a\\\"b\" `x\ny` %{ a } % }%"), (Tokens{{Kind::String, "\"a\\\"b\""},
                                                             {Kind::Command, "`x\ny`"},
                                                             {Kind::Code, "%{ a } % }%"}}));
}

TEST(Lexer, WhatNeverEndsIsBroken) {
  for (std::string text : {"\"abc", "\"abc\\\"", "`abc", "%{ }", "/* *"}) {
    const auto all = tokens("a " + text);
    ASSERT_EQ(all.size(), 2u) << text;
    EXPECT_EQ(all[1].first, Kind::Broken) << text;
  }
}

TEST(Lexer, ALetterBeyondAsciiIsOneToken) {
  EXPECT_EQ(tokens("\xE2\x82\xAC\xC3"),
            (Tokens{{Kind::Symbol, "\xE2\x82\xAC"}, {Kind::Symbol, "\xC3"}}));
}

}  // namespace
}  // namespace harness::scenario
