#include "harness/cli/nearest.h"

#include <gtest/gtest.h>

#include <vector>

namespace harness::cli {
namespace {

TEST(Nearest, NamesWhatWasMeantAndNothingWhenNothingIsClose) {
  const std::vector<std::string> names = {"run", "list", "help"};
  EXPECT_EQ(nearest("rnu", names), "run");
  EXPECT_EQ(nearest("lst", names), "list");
  EXPECT_EQ(nearest("frobnicate", names), std::nullopt);
  EXPECT_EQ(nearest(std::string(100'000, 'x'), names), std::nullopt);
  EXPECT_EQ(did_you_mean("rnu", names), "; did you mean `run`?");
  EXPECT_EQ(did_you_mean("frobnicate", names), "");
  EXPECT_EQ(did_you_mean_or_all("rnu", names), "; did you mean `run`?");
  EXPECT_EQ(did_you_mean_or_all("frobnicate", names), "; there are: run, list, help");
}

}  // namespace
}  // namespace harness::cli
