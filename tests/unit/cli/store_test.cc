#include "harness/cli/store.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <unistd.h>

#include <fstream>
#include <iterator>

namespace harness::cli {
namespace {

namespace fs = std::filesystem;
using testing::HasSubstr;

class StoreTest : public testing::Test {
 protected:
  StoreTest() {
    std::string name = (fs::temp_directory_path() / "store-XXXXXX").string();
    folder_ = ::mkdtemp(name.data());
  }
  ~StoreTest() override { fs::remove_all(folder_); }

  std::string read(const std::string& file) const {
    std::ifstream stream{folder_ / file, std::ios::binary};
    return {std::istreambuf_iterator<char>{stream}, {}};
  }
  static reports::Result result(std::string id, std::uint32_t repetition = 0) {
    reports::Result made;
    made.scenario = std::move(id);
    made.repetition = repetition;
    made.trace = "trace of " + made.scenario + "\n";
    return made;
  }

  fs::path folder_;
};

TEST_F(StoreTest, AResultIsOnDiskBeforeTheRunEnds) {
  Store store{folder_ / "deep/out", {"json", "text"}};
  store.keep(result("close/a"));
  store.keep(result("close/a", 1));
  EXPECT_EQ(read("deep/out/traces/close/a.trace"), "trace of close/a\n");
  EXPECT_EQ(read("deep/out/traces/close/a.2.trace"), "trace of close/a\n");
  EXPECT_EQ(std::ranges::count(read("deep/out/results.jsonl"), '\n'), 2);
  EXPECT_FALSE(fs::exists(folder_ / "deep/out/report.json"));
  EXPECT_FALSE(store.error());
}

TEST_F(StoreTest, TheReportsComeAtTheEndAndOnlyThoseThatWereAskedFor) {
  Store store{folder_, {"json"}};
  store.finish({});
  EXPECT_THAT(read("report.json"), HasSubstr("lastack-report"));
  EXPECT_FALSE(fs::exists(folder_ / "report.txt"));
}

TEST_F(StoreTest, ResultsEndInTheOrderOfTheSuiteHoweverTheyCame) {
  Store store{folder_, {}};
  store.keep(result("b"));
  store.keep(result("a"));
  reports::Run run;
  run.results = {result("a"), result("b")};
  store.finish(run);
  const auto lines = read("results.jsonl");
  EXPECT_LT(lines.find("\"a\""), lines.find("\"b\""));
}

TEST_F(StoreTest, WhatAnEarlierRunLeftIsGoneAndNothingElse) {
  for (const char* file : {"report.json", "notes.txt"}) std::ofstream{folder_ / file} << "old";
  fs::create_directories(folder_ / "traces/close");
  std::ofstream{folder_ / "traces/close/old.trace"} << "old";
  std::ofstream{folder_ / "traces/close/mine.txt"} << "old";
  const Store store{folder_, {"json"}};
  EXPECT_FALSE(fs::exists(folder_ / "report.json"));
  EXPECT_FALSE(fs::exists(folder_ / "traces/close/old.trace"));
  EXPECT_TRUE(fs::exists(folder_ / "notes.txt"));
  EXPECT_TRUE(fs::exists(folder_ / "traces/close/mine.txt"));
}

TEST_F(StoreTest, AFolderThatCannotBeMadeIsOneSentence) {
  std::ofstream{folder_ / "file"} << "in the way";
  Store store{folder_ / "file/out", {"json"}};
  store.keep(result("a"));
  store.finish({});
  ASSERT_TRUE(store.error());
  EXPECT_EQ(*store.error(),
            "cannot write " + (folder_ / "file/out").string() + ": Not a directory");
}

}  // namespace
}  // namespace harness::cli
