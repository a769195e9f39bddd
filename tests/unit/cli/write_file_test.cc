#include "harness/cli/write_file.h"

#include <fcntl.h>
#include <gtest/gtest.h>
#include <sys/stat.h>
#include <unistd.h>

#include <array>
#include <fstream>
#include <iterator>

namespace harness::cli {
namespace {

namespace fs = std::filesystem;

class WriteFile : public testing::Test {
 protected:
  WriteFile() {
    std::string name = (fs::temp_directory_path() / "write-XXXXXX").string();
    folder_ = ::mkdtemp(name.data());
  }
  ~WriteFile() override { fs::remove_all(folder_); }

  std::string read(const std::string& file) const {
    std::ifstream stream{folder_ / file, std::ios::binary};
    return {std::istreambuf_iterator<char>{stream}, {}};
  }
  std::size_t files() const {
    return static_cast<std::size_t>(
        std::distance(fs::directory_iterator{folder_}, fs::directory_iterator{}));
  }

  fs::path folder_;
};

TEST_F(WriteFile, MakesTheFoldersAndLeavesNothingElse) {
  EXPECT_FALSE(write_file(folder_ / "deep/er/a", "text", IfThere::Replace));
  EXPECT_EQ(read("deep/er/a"), "text");
  EXPECT_EQ(files(), 1u);
}

TEST_F(WriteFile, ReplacesWhatALinkPointsAtAndKeepsItsMode) {
  std::ofstream{folder_ / "a"} << "old";
  fs::permissions(folder_ / "a", fs::perms::owner_all);
  fs::create_symlink("a", folder_ / "link");
  EXPECT_FALSE(write_file(folder_ / "link", "new", IfThere::Replace));
  EXPECT_TRUE(fs::is_symlink(folder_ / "link"));
  EXPECT_EQ(read("a"), "new");
  EXPECT_EQ(fs::status(folder_ / "a").permissions(), fs::perms::owner_all);
  EXPECT_EQ(files(), 2u);
}

TEST_F(WriteFile, WhatIsNoFileIsWrittenIntoAndStaysWhatItIs) {
  const auto fifo = folder_ / "fifo";
  ASSERT_EQ(::mkfifo(fifo.c_str(), 0600), 0);
  const int reader = ::open(fifo.c_str(), O_RDONLY | O_NONBLOCK | O_CLOEXEC);
  EXPECT_FALSE(write_file(fifo, "text", IfThere::Replace));
  std::array<char, 8> read{};
  EXPECT_EQ(::read(reader, read.data(), read.size()), 4);
  ::close(reader);
  EXPECT_TRUE(fs::is_fifo(fifo));
  EXPECT_EQ(files(), 1u);
}

TEST_F(WriteFile, RefusesWhatIsThere) {
  std::ofstream{folder_ / "a"} << "old";
  const auto why = write_file(folder_ / "a", "new", IfThere::Refuse);
  EXPECT_EQ(why, "cannot write " + (folder_ / "a").string() + ": File exists");
  EXPECT_EQ(read("a"), "old");
}

}  // namespace
}  // namespace harness::cli
