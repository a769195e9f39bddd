#include "harness/rules/claim.h"

#include <gtest/gtest.h>

#include <map>
#include <set>
#include <string>
#include <string_view>

namespace harness::rules {
namespace {

TEST(Claim, ThereAre82OfThreeKinds) {
  EXPECT_EQ(claims().size(), 82u);
  std::map<Verdict, int> counts;
  for (const Claim& claim : claims()) ++counts[claim.verdict];
  EXPECT_EQ(counts[Verdict::Right], 51);
  EXPECT_EQ(counts[Verdict::Wrong], 17);
  EXPECT_EQ(counts[Verdict::Imprecise], 14);
}

TEST(Claim, NoIdOccursTwiceAndEachIsFound) {
  std::set<std::string_view> ids;
  for (const Claim& claim : claims()) {
    EXPECT_TRUE(ids.insert(claim.id).second) << claim.id;
    EXPECT_EQ(find_claim(claim.id), &claim) << claim.id;
  }
}

TEST(Claim, ANearMissIsNotFound) {
  for (std::string_view id : {"", "S0", "S0-0", "S0-1", "S0-16", "s0-01", "S5-01", "S0-01 "}) {
    EXPECT_EQ(find_claim(id), nullptr) << id;
  }
}

TEST(Claim, EachSaysWhereTheTruthStandsAndHowToSeeIt) {
  for (const Claim& claim : claims()) {
    EXPECT_FALSE(claim.says.empty()) << claim.id;
    EXPECT_FALSE(claim.section.empty()) << claim.id;
    EXPECT_FALSE(claim.note.empty()) << claim.id;
    EXPECT_FALSE(claim.scenario.empty()) << claim.id;
  }
}

// The source quotes with doubled quotation marks; a reader must see single ones.
TEST(Claim, QuotationMarksAreSingle) {
  ASSERT_NE(find_claim("S0-01"), nullptr);
  EXPECT_TRUE(find_claim("S0-01")->says.ends_with("builds a \"virtual connection\""));
  for (const Claim& claim : claims()) EXPECT_EQ(claim.says.find("\"\""), claim.says.npos);
}

TEST(Claim, VerdictsHaveNames) {
  EXPECT_EQ(name(Verdict::Right), "right");
  EXPECT_EQ(name(Verdict::Wrong), "wrong");
  EXPECT_EQ(name(Verdict::Imprecise), "imprecise");
}

}  // namespace
}  // namespace harness::rules
