#include "harness/cli/select.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <unistd.h>

#include <fstream>

namespace harness::cli {
namespace {

namespace fs = std::filesystem;
using testing::ElementsAre;
using testing::HasSubstr;

class SelectTest : public testing::Test {
 protected:
  SelectTest() {
    std::string name = (fs::temp_directory_path() / "select-XXXXXX").string();
    folder_ = ::mkdtemp(name.data());
    write("suite/close/normal.pkt", "MUST-13", "S2-12");
    write("suite/close/simultaneous.pkt", "MUST-13, MUST-15", "S0-01");
    write("suite/reset/exact.pkt", "MUST-15", "S0-01");
    write("suite/preamble/listen.pkt", "MUST-13", "S0-01");
    write("mine/normal.pkt", "MUST-13", "S0-01");
    write("mine/other.pkt", "MUST-13", "S0-01");
  }
  ~SelectTest() override { fs::remove_all(folder_); }

  void write(const std::string& file, const std::string& rules, const std::string& claims) const {
    fs::create_directories((folder_ / file).parent_path());
    std::ofstream{folder_ / file} << "// A title\nrules: " << rules << "\nclaims: " << claims
                                  << "\n\n0 socket(..., SOCK_STREAM, IPPROTO_TCP) = 3\n";
  }
  std::string at(const std::string& file) const { return (folder_ / file).string(); }

  // The ids, with ! for what was named itself; or the error.
  std::vector<std::string> chosen(const std::vector<std::string>& selectors) const {
    auto suite = Suite::open(at("suite"));
    const auto selected = select(*suite, selectors);
    if (!selected) return {"error", selected.error()};
    std::vector<std::string> ids;
    for (const auto& one : *selected) {
      ids.push_back(suite->entries()[one.entry].id() + (one.by_name ? "!" : ""));
    }
    return ids;
  }

  fs::path folder_;
};

TEST_F(SelectTest, WithoutASelectorAllAreChosen) {
  EXPECT_THAT(chosen({}), ElementsAre("close/normal", "close/simultaneous", "reset/exact"));
}

TEST_F(SelectTest, ByIdFolderAndGlob) {
  EXPECT_THAT(chosen({"reset/exact"}), ElementsAre("reset/exact!"));
  EXPECT_THAT(chosen({"reset/exact.pkt"}), ElementsAre("reset/exact!"));
  EXPECT_THAT(chosen({"close"}), ElementsAre("close/normal", "close/simultaneous"));
  EXPECT_THAT(chosen({"close/"}), ElementsAre("close/normal", "close/simultaneous"));
  EXPECT_THAT(chosen({"*/s*"}), ElementsAre("close/simultaneous"));
}

TEST_F(SelectTest, ByPathInsideAndOutside) {
  EXPECT_THAT(chosen({at("suite/reset/exact.pkt")}), ElementsAre("reset/exact!"));
  EXPECT_THAT(chosen({at("suite/close")}), ElementsAre("close/normal", "close/simultaneous"));
  EXPECT_THAT(chosen({at("mine/other.pkt")}), ElementsAre("other!"));
  EXPECT_THAT(chosen({at("mine")}), ElementsAre("normal", "other"));
}

TEST_F(SelectTest, ByRequirementAndClaim) {
  EXPECT_THAT(chosen({"MUST-15"}), ElementsAre("close/simultaneous", "reset/exact"));
  EXPECT_THAT(chosen({"S2-12"}), ElementsAre("close/normal"));
}

TEST_F(SelectTest, EachOnceAndInTheOrderOfTheSuite) {
  EXPECT_THAT(chosen({"reset/exact", "close", "MUST-15", at("suite/reset/exact.pkt")}),
              ElementsAre("close/normal", "close/simultaneous", "reset/exact!"));
}

TEST_F(SelectTest, TwoFilesOfOneNameAreTwoScenarios) {
  write("more/other.pkt", "MUST-13", "S0-01");
  EXPECT_THAT(chosen({at("mine/other.pkt"), at("more/other.pkt")}),
              ElementsAre("other!", "other-2!"));
}

TEST_F(SelectTest, WhatFitsNothingIsAnErrorThatSaysWhatWasMeant) {
  const auto error = [&](const std::string& selector) { return chosen({selector})[1]; };
  EXPECT_EQ(error("clsoe/normal"),
            "`clsoe/normal` is no scenario, file, requirement or claim; did you mean "
            "`close/normal`?");
  EXPECT_THAT(error("simultanous"), HasSubstr("did you mean `close/simultaneous`?"));
  EXPECT_THAT(error("MSUT-13"), HasSubstr("did you mean `MUST-13`?"));
  EXPECT_EQ(error("MUST-14"), "no scenario names MUST-14 (RFC 9293, 3.7.1)");
  EXPECT_EQ(error("S0-02"), "no scenario names the claim S0-02");
  EXPECT_EQ(error("x*y"), "no scenario fits `x*y`");
  EXPECT_EQ(error("qqqqqqq"), "`qqqqqqq` is no scenario, file, requirement or claim");
  // One of several is enough.
  EXPECT_EQ(chosen({"close", "qqqqqqq"})[0], "error");
}

TEST_F(SelectTest, ABrokenFileIsSelectedAndKeepsItsDiagnostic) {
  std::ofstream{folder_ / "suite/close/broken.pkt"} << "0 sockit()\n";
  auto suite = Suite::open(at("suite"));
  const auto selected = select(*suite, std::vector<std::string>{"close/broken"});
  ASSERT_TRUE(selected);
  EXPECT_EQ(suite->entries()[(*selected)[0].entry].read().error().place.print(),
            "close/broken.pkt:1:3");
}

TEST_F(SelectTest, ARootThatIsNoFolderIsAnError) {
  EXPECT_EQ(Suite::open("no/such").error(),
            "--scenarios wants a folder with scenarios; `no/such` is none");
}

}  // namespace
}  // namespace harness::cli
