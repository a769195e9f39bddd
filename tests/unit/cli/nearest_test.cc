#include "harness/cli/nearest.h"

#include <gtest/gtest.h>

#include <vector>

namespace harness::cli {
namespace {

TEST(Nearest, CountsTheSlipsOfAFinger) {
  EXPECT_EQ(distance("seed", "seed"), 0u);
  EXPECT_EQ(distance("Seed", "sEED"), 0u);
  EXPECT_EQ(distance("sed", "seed"), 1u);
  EXPECT_EQ(distance("seeed", "seed"), 1u);
  EXPECT_EQ(distance("sead", "seed"), 1u);
  EXPECT_EQ(distance("esed", "seed"), 1u);
  EXPECT_EQ(distance("", "seed"), 4u);
  EXPECT_EQ(distance("abc", "xyz"), 3u);
}

TEST(Nearest, NamesWhatWasMeantAndNothingWhenNothingIsClose) {
  const std::vector<std::string> names = {"run", "list", "help"};
  EXPECT_EQ(nearest("rnu", names), "run");
  EXPECT_EQ(nearest("lst", names), "list");
  EXPECT_EQ(nearest("frobnicate", names), std::nullopt);
  EXPECT_EQ(nearest(std::string(100'000, 'x'), names), std::nullopt);
  EXPECT_EQ(did_you_mean("rnu", names), "; did you mean `run`?");
  EXPECT_EQ(did_you_mean("frobnicate", names), "");
}

}  // namespace
}  // namespace harness::cli
