#include "harness/rules/quotation.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <string_view>

#include "harness/rules/rule.h"

namespace harness::rules {
namespace {

bool is_quoted(std::string_view rfc) { return rfc != "9438" && rfc != "9768"; }

TEST(Quotation, EveryRuleOfAQuotedRfcHasItsWords) {
  for (const Rule& rule : catalogue()) {
    EXPECT_EQ(quotation(rule.id).empty(), !is_quoted(rule.rfc)) << rule.id;
  }
}

TEST(Quotation, AMustIsQuotedWithItsKeyWord) {
  for (const Rule& rule : catalogue()) {
    if (!is_quoted(rule.rfc) || (rule.level != Level::Must && rule.level != Level::MustNot)) {
      continue;
    }
    // RFC 9293, 3.7.1 labels MUST-67 a sentence with a small "must".
    const std::string_view word = rule.id == "MUST-67" ? "must" : "MUST";
    EXPECT_NE(quotation(rule.id).find(word), std::string_view::npos) << rule.id;
  }
}

TEST(Quotation, IsShortPlainTextOnOneLine) {
  for (const Rule& rule : catalogue()) {
    const auto words = quotation(rule.id);
    EXPECT_LE(words.size(), 400u) << rule.id;
    EXPECT_TRUE(std::ranges::all_of(words, [](char c) { return c >= ' ' && c <= '~'; })) << rule.id;
    EXPECT_EQ(words.find("  "), std::string_view::npos) << rule.id;
    if (words.empty()) continue;
    EXPECT_FALSE(words.starts_with(' ') || words.ends_with(' ')) << rule.id;
    EXPECT_FALSE(words.starts_with("[...]") || words.ends_with("[...]")) << rule.id;
  }
}

// A sentence is quoted with the label RFC 9293 prints beside it: that of the rule is among them.
TEST(Quotation, ALabelledSentenceIsThatOfItsRule) {
  for (const Rule& rule : catalogue()) {
    const auto words = quotation(rule.id);
    if (!rule.id.starts_with("MUST-") || words.find("(MUST-") == words.npos) continue;
    bool found = false;
    for (auto at = words.find("MUST-"); at != words.npos; at = words.find("MUST-", at + 1)) {
      const auto label = words.substr(at);
      found = found || label.substr(0, label.find_first_not_of("0123456789", 5)) == rule.id;
    }
    EXPECT_TRUE(found) << rule.id << ": " << words;
  }
}

TEST(Quotation, OfNoRuleIsNothing) {
  EXPECT_TRUE(quotation("").empty());
  EXPECT_TRUE(quotation("MUST-999").empty());
  EXPECT_TRUE(quotation("MUST-1 ").empty());
}

}  // namespace
}  // namespace harness::rules
