#include "harness/cli/glob.h"

#include <gtest/gtest.h>

namespace harness::cli {
namespace {

TEST(Glob, AStarCrossesFolders) {
  EXPECT_TRUE(matches("close/*", "close/simultaneous"));
  EXPECT_TRUE(matches("*/fin*", "close/fin_lost"));
  EXPECT_TRUE(matches("*lost", "close/deep/fin_lost"));
  EXPECT_FALSE(matches("close/*", "reset/close"));
}

TEST(Glob, KnowsOneLetterAndSets) {
  EXPECT_TRUE(matches("a/?", "a/b"));
  EXPECT_FALSE(matches("a/?", "a/bc"));
  EXPECT_TRUE(matches("a/[bc]", "a/c"));
  EXPECT_FALSE(matches("a/[!bc]", "a/c"));
}

TEST(Glob, ANameWithoutThemIsNoGlob) {
  EXPECT_FALSE(is_glob("close/simultaneous"));
  EXPECT_TRUE(is_glob("close/?"));
}

}  // namespace
}  // namespace harness::cli
