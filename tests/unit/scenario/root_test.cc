#include "harness/scenario/root.h"

#include <gtest/gtest.h>
#include <unistd.h>

#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <vector>

namespace harness::scenario {
namespace {

namespace fs = std::filesystem;

class Root : public testing::Test {
 protected:
  Root() {
    std::string name = testing::TempDir() + "root.XXXXXX";
    folder_ = mkdtemp(name.data());
    for (const auto* below : {"said", "variable", "here/scenarios", "beside"}) {
      fs::create_directories(folder_ / below);
    }
    if (const char* was = std::getenv("LASTACK_SCENARIOS")) before_ = was;
    unsetenv("LASTACK_SCENARIOS");
    here_ = fs::current_path();
    fs::current_path(folder_ / "here");
  }
  ~Root() override {
    fs::current_path(here_);
    if (before_) setenv("LASTACK_SCENARIOS", before_->c_str(), 1);
    fs::remove_all(folder_);
  }

  std::optional<fs::path> found(const std::optional<std::string>& said = std::nullopt) const {
    const std::vector<fs::path> beside = {folder_ / "nowhere", folder_ / "beside"};
    return find_root(said, "--scenarios", beside).value();
  }

  fs::path folder_, here_;
  std::optional<std::string> before_;
};

TEST_F(Root, WhatIsSaidGoesFirstThenTheVariableThenHereThenBeside) {
  setenv("LASTACK_SCENARIOS", (folder_ / "variable").c_str(), 1);
  EXPECT_EQ(found(folder_ / "said"), folder_ / "said");
  EXPECT_EQ(found(), folder_ / "variable");
  setenv("LASTACK_SCENARIOS", "", 1);
  EXPECT_EQ(found(), "scenarios");
  fs::remove(folder_ / "here/scenarios");
  EXPECT_EQ(found(), folder_ / "beside");
  fs::remove(folder_ / "beside");
  EXPECT_EQ(found(), std::nullopt);
  unsetenv("LASTACK_SCENARIOS");
}

TEST_F(Root, ANamedOneThatIsNoFolderIsNamedByWhoNamedIt) {
  EXPECT_EQ(find_root("no/such", "scenarios", {}).error(),
            "scenarios wants a folder with scenarios; `no/such` is none");
  setenv("LASTACK_SCENARIOS", "no/such", 1);
  EXPECT_EQ(find_root(std::nullopt, "scenarios", {}).error(),
            "LASTACK_SCENARIOS wants a folder with scenarios; `no/such` is none");
  unsetenv("LASTACK_SCENARIOS");
}

TEST_F(Root, AFileBelowItHasItsIdHoweverBothAreSpelt) {
  fs::create_directories("scenarios/close");
  std::ofstream{"scenarios/close/a.pkt"} << "\n";
  fs::create_directory_symlink("scenarios", "link");
  EXPECT_EQ(id_below("scenarios", "scenarios/close/a.pkt"), "close/a");
  EXPECT_EQ(id_below(fs::absolute("scenarios"), "link/close/../close/a.pkt"), "close/a");
  EXPECT_EQ(id_below("scenarios", "other/a.pkt"), std::nullopt);
  EXPECT_EQ(id_below("scenarios", "scenarios"), std::nullopt);
}

}  // namespace
}  // namespace harness::scenario
