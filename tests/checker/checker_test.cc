#include <fmt/format.h>
#include <gtest/gtest.h>

#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <iterator>
#include <string>

#include "harness/campaign/swarm.h"
#include "harness/target/inproc/inproc.h"
#include "tests/checker/compare.h"
#include "tests/checker/walk.h"
#include "tests/in_tree.h"

namespace harness::checker {
namespace {

// LASTACK_CHECKER_PLAYS: another number than usual, whose open ends are printed, not expected.
std::uint64_t count(std::uint64_t usual) {
  const char* const asked = std::getenv("LASTACK_CHECKER_PLAYS");
  return asked != nullptr ? std::strtoull(asked, nullptr, 10) : usual;
}

// Where the two judges differ is written down, by reason (compare.cc): what is new there, or no
// longer, has to be looked into. With LASTACK_WRITE_GOLDEN set it is written anew.
void expect_open(const std::string& name, const Comparison& compared) {
  fmt::print("{}: {}", name, compared.figures());
  if (std::getenv("LASTACK_CHECKER_PLAYS") != nullptr) {
    fmt::print("{}{}", compared.open(), compared.examples());
    return;
  }
  const auto path = tests::in_tree("tests/golden/checker") / (name + ".txt");
  if (std::getenv("LASTACK_WRITE_GOLDEN") != nullptr) {
    std::filesystem::create_directories(path.parent_path());
    std::ofstream{path} << compared.open();
  }
  std::ifstream in{path};
  const std::string expected{std::istreambuf_iterator<char>{in}, {}};
  EXPECT_EQ(compared.open(), expected) << compared.examples();
}

constexpr std::uint64_t kPlays = 4000;

TEST(Enumeration, AgreesWithTheModelOnWalksThroughWhatIsLegal) {
  Comparison compared;
  const base::Rng rng = base::Rng{1}.fork("walks");
  for (std::uint64_t i = 0; i < count(kPlays); ++i) {
    compared.play(walk(rng.nth(i)), fmt::format("walk {}", i));
  }
  expect_open("walks", compared);
}

TEST(Enumeration, AgreesWithTheModelOnWalksWithOneThingChanged) {
  Comparison compared;
  const base::Rng rng = base::Rng{1}.fork("changed");
  for (std::uint64_t i = 0; i < count(kPlays); ++i) {
    compared.play(changed(walk(rng.nth(i)), rng.nth(i).fork("change")), fmt::format("walk {}", i));
  }
  expect_open("walks-changed", compared);
  EXPECT_GE(compared.said(Verdict::Pass), compared.plays() / 4);
  EXPECT_GE(compared.said(Verdict::Fail), compared.plays() / 4);
  EXPECT_GE(compared.rules_failed(), 30u);
}

TEST(Enumeration, AgreesWithTheModelOnWhatTheEngineDoes) {
  Comparison compared, altered;
  const base::Rng rng = base::Rng{1}.fork("engine");
  campaign::Swarm swarm{target::inproc::make,
                        {.seed = 5, .taste = {.faults = false, .ipv6 = false}}};
  for (std::uint64_t i = 0; i < count(kPlays); ++i) {
    swarm.hold(i);
    const Play play = play_of(swarm.trace());
    if (play.empty()) continue;
    compared.play(play, fmt::format("swarm {}", i));
    for (std::uint64_t n = 0; n < 4; ++n) {
      altered.play(changed(play, rng.nth(i).nth(n)), fmt::format("swarm {}", i));
    }
  }
  expect_open("engine", compared);
  expect_open("engine-changed", altered);
}

}  // namespace
}  // namespace harness::checker
