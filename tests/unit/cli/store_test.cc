#include "harness/cli/store.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <unistd.h>

#include <algorithm>
#include <fstream>
#include <iterator>
#include <set>

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
  Store earlier{folder_, {"json", "text"}};
  earlier.keep(result("close/old", 1));
  reports::Run run;
  run.results = {result("close/old", 1)};
  earlier.finish(run);
  std::ofstream{folder_ / "results.jsonl", std::ios::app}
      << R"({"scenario": "../out", "ip": "v4"})" << "\n"
      << R"({"scenario": 7, "ip": [], "repetition": "x"})" << "\n{\"scenario\": \"close/cut";
  for (const char* file : {"notes.txt", "out.trace", "traces/close/mine.trace"}) {
    std::ofstream{folder_ / file} << "mine";
  }
  ASSERT_TRUE(fs::exists(folder_ / "traces/close/old.2.trace"));
  const Store store{folder_, {"json"}};
  EXPECT_FALSE(store.error());
  for (const char* file : {"report.json", "report.txt", "traces/close/old.2.trace"}) {
    EXPECT_FALSE(fs::exists(folder_ / file)) << file;
  }
  for (const char* file : {"notes.txt", "out.trace", "traces/close/mine.trace"}) {
    EXPECT_TRUE(fs::exists(folder_ / file)) << file;
  }
}

TEST_F(StoreTest, InAFolderOfNoRunNothingIsRemovedAndNothingReplaced) {
  std::ofstream{folder_ / "report.json"} << "mine";
  Store store{folder_, {"json"}};
  ASSERT_TRUE(store.error());
  EXPECT_THAT(*store.error(), HasSubstr("no run of lastack wrote it"));
  store.keep(result("close/a"));
  store.finish({});
  EXPECT_EQ(read("report.json"), "mine");
  const Store other{folder_, {"text"}};
  EXPECT_FALSE(other.error());
  EXPECT_EQ(read("report.json"), "mine");
}

TEST_F(StoreTest, NoTwoResultsShareARecord) {
  Store store{folder_, {}};
  auto mapped = result("close/a"), dotted = result("close/a.mapped"), third = result("close/a.3");
  mapped.ip = "mapped";
  for (const auto& one : {result("close/a"), result("close/a", 2), third, mapped, dotted}) {
    store.keep(one);
  }
  std::set<std::string> names;
  for (const auto& one : {result("close/a"), result("close/a", 2), third, mapped, dotted}) {
    names.insert(trace_name(one));
  }
  EXPECT_EQ(names.size(), 5u);
  EXPECT_EQ(read("traces/close/a.3.trace"), "trace of close/a\n");
  EXPECT_EQ(read("traces/close/a..3.trace"), "trace of close/a.3\n");
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
