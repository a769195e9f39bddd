#include "harness/scenario/loader.h"

#include <gtest/gtest.h>
#include <sys/stat.h>
#include <unistd.h>

#include <fstream>

#include "harness/base/system_error.h"

namespace harness::scenario {
namespace {

namespace fs = std::filesystem;

class Loader : public testing::Test {
 protected:
  Loader() {
    std::string pattern = (fs::temp_directory_path() / "loader_test.XXXXXX").string();
    root_ = mkdtemp(pattern.data());
  }
  ~Loader() override { fs::remove_all(root_); }

  fs::path write(const std::string& path, std::string_view text) {
    fs::create_directories((root_ / path).parent_path());
    std::ofstream{root_ / path, std::ios::binary} << text;
    return root_ / path;
  }

  fs::path root_;
};

constexpr std::string_view kOpen = "+0 socket(..., SOCK_STREAM, IPPROTO_TCP) = 3\n";

TEST_F(Loader, FindsScenariosSortedById) {
  write("reset/b.pkt", kOpen);
  write("reset/a.pkt", kOpen);
  write("close/deep/er.pkt", kOpen);
  write("top.pkt", kOpen);
  write("preamble/listen.pkt", kOpen);
  write("found/preamble/x.pkt", kOpen);
  write("known/linux.txt", "");
  fs::create_directories(root_ / "dir.pkt");
  std::vector<std::string> ids;
  for (const auto& found : find_scenarios(root_)) {
    ids.push_back(found.id);
    EXPECT_EQ(found.path, root_ / (found.id + ".pkt"));
  }
  EXPECT_EQ(ids, (std::vector<std::string>{"close/deep/er", "found/preamble/x", "reset/a",
                                           "reset/b", "top"}));
}

TEST_F(Loader, ASlashBehindTheRootChangesNoId) {
  write("close/a.pkt", kOpen);
  const auto found = find_scenarios(root_ / "");
  ASSERT_EQ(found.size(), 1u);
  EXPECT_EQ(found[0].id, "close/a");
}

TEST_F(Loader, AFolderThatIsNotThereIsTheSystemsError) {
  EXPECT_THROW(find_scenarios(root_ / "nowhere"), base::SystemError);
}

TEST_F(Loader, PlacesAreNamedByTheId) {
  const auto scenario = load_scenario(write("close/a.pkt", "x"), "close/a");
  ASSERT_FALSE(scenario);
  EXPECT_EQ(scenario.error().place.print(), "close/a.pkt:1:1");
}

TEST_F(Loader, UsedFilesAreBelowTheRootOrBesideTheScenario) {
  write("preamble/p.pkt", kOpen);
  write("close/q.pkt", kOpen);
  const auto text = "use \"preamble/p.pkt\"\nuse \"q.pkt\"\nuse \"../close/q.pkt\"\n";
  const auto scenario = load_scenario(write("close/a.pkt", text), "close/a");
  ASSERT_TRUE(scenario) << scenario.error().print();
  ASSERT_EQ(scenario->steps.size(), 3u);
  EXPECT_EQ(scenario->steps[0].place.file, "preamble/p.pkt");
}

TEST_F(Loader, WhatIsAskedOfASocketThatNobodyMadeIsToldWithItsPlace) {
  const std::string open{kOpen}, accept = "+0 accept(3, ..., ...) = 4\n";
  const auto told = [&](const std::string& text) {
    const auto read = load_scenario(write("close/a.pkt", text), "close/a");
    return read ? std::string{} : read.error().print();
  };
  EXPECT_EQ(told(open + accept + "+0 read(5, ..., 100) = 10\n"),
            "close/a.pkt:3:1: no socket is called 5; there is 3 and 4\n"
            "  +0 read(5, ..., 100) = 10\n"
            "  ^\n");
  EXPECT_EQ(told("+0   close(3) = 0\n"),
            "close/a.pkt:1:1: no socket is called 3; none has been made\n"
            "  +0 close(3) = 0\n"
            "  ^\n");
  EXPECT_NE(told(open + "+0 state(4) LISTEN\n"), "");
  // Made by a file that is used.
  write("preamble/p.pkt", open + accept);
  EXPECT_EQ(told("use \"preamble/p.pkt\"\n+0 close(4) = 0\n+0 close(4) = -1 EBADF\n"), "");
  // What is asked for on purpose.
  EXPECT_EQ(told("+0 close(9) = -1 EBADF\n+0 close(-1) = -1\n"), "");
}

TEST_F(Loader, AScenarioFromElsewhereUsesWhatIsBesideIt) {
  write("preamble/p.pkt", kOpen);
  const auto file = write("a.pkt", "use \"preamble/p.pkt\"\n");
  EXPECT_TRUE(load_scenario(file, "some/other/name"));
}

TEST_F(Loader, AFileThatIsNotThereIsLookedForByItsNeighbours) {
  write("preamble/passive.pkt", kOpen);
  const auto file = write("close/a.pkt", "use \"preamble/pasive.pkt\"\n");
  EXPECT_NE(
      load_scenario(file, "close/a", root_)
          .error()
          .message.find(
              "there is no such file in the scenarios folder, nor beside the script; did you mean "
              "`preamble/passive.pkt`?"),
      std::string::npos);
  const auto alone = write("b.pkt", "use \"nothing/like/it.pkt\"\n");
  EXPECT_NE(load_scenario(alone, "some/other/name")
                .error()
                .message.find("beside the script, and no scenarios folder is known"),
            std::string::npos);
}

TEST_F(Loader, TheSameFileUnderTwoNamesStillEnds) {
  write("p.pkt", "use \"./p.pkt\"\n");
  EXPECT_FALSE(load_scenario(write("a.pkt", "use \"p.pkt\"\n"), "a"));
  EXPECT_FALSE(load_scenario(write("b.pkt", "use \"b.pkt\"\n"), "b"));
}

TEST_F(Loader, WhatCannotBeReadSaysWhy) {
  const auto message = [](const fs::path& path) {
    const auto scenario = load_scenario(path, "a");
    return scenario ? "" : scenario.error().print();
  };
  EXPECT_EQ(message(root_ / "nowhere.pkt"), "a.pkt:1:1: there is no such file\n");
  EXPECT_EQ(message(root_), "a.pkt:1:1: it is no regular file\n");
  ASSERT_EQ(mkfifo((root_ / "pipe.pkt").c_str(), 0600), 0);
  EXPECT_EQ(message(root_ / "pipe.pkt"), "a.pkt:1:1: it is no regular file\n");
  EXPECT_EQ(message("/dev/zero"), "a.pkt:1:1: it is no regular file\n");
  EXPECT_EQ(message(write("empty.pkt", "")), "a.pkt:1:1: there is no step in this file\n");
}

TEST_F(Loader, AFileOfTerabytesIsRefusedWithoutReadingIt) {
  const auto file = write("large.pkt", "x");
  fs::resize_file(file, std::uintmax_t{1} << 40);  // Sparse.
  const auto scenario = load_scenario(file, "a");
  ASSERT_FALSE(scenario);
  EXPECT_EQ(scenario.error().message, too_large());
}

}  // namespace
}  // namespace harness::scenario
