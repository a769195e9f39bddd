#include "harness/cli/run_options.h"

#include <gtest/gtest.h>

#include <initializer_list>

namespace harness::cli {
namespace {

std::expected<RunArguments, std::string> parsed(std::initializer_list<std::string> words) {
  return parse_run(std::vector<std::string>{words});
}

TEST(RunOptions, WithoutAnyTheEngineIsRunOnce) {
  const auto run = parsed({});
  ASSERT_TRUE(run);
  EXPECT_EQ(run->target, "engine");
  EXPECT_FALSE(run->jobs);
  EXPECT_EQ(run->repeat, 1u);
  EXPECT_EQ(run->ip, std::vector{campaign::Family::V4});
  EXPECT_FALSE(run->shuffle || run->evidence);
  EXPECT_FALSE(run->slow || run->strict || run->out || run->known || run->scenarios);
}

TEST(RunOptions, FaultsAreReadAndWhatIsWrongWithThemIsMarked) {
  const auto run = parsed({"--faults", "loss 5%; delay 20ms"});
  ASSERT_TRUE(run) << run.error();
  EXPECT_EQ(link::print(run->faults), "drop 5%; delay 20ms");
  EXPECT_EQ(parsed({"--faults", "loss 5%; dealy 20ms"}).error(),
            "--faults, column 10: expected drop, loss, blackhole, partition, delay, duplicate, "
            "reorder, corrupt, truncate, rate or mtu, found `dealy`; did you mean `delay`?\n"
            "  loss 5%; dealy 20ms\n"
            "           ^");
}

TEST(RunOptions, TakesOptionsAndSelectorsInAnyOrder) {
  const auto run = parsed({"close", "--target=linux", "--ip", "v6",     "MUST-13",  "--jobs",
                           "2",     "--repeat",       "5",    "--slow", "--strict", "--out",
                           "here",  "--report",       "json", "--wire", "tun",      "--shuffle",
                           "9",     "--evidence=off"});
  ASSERT_TRUE(run) << run.error();
  EXPECT_EQ(run->selectors, (std::vector<std::string>{"close", "MUST-13"}));
  EXPECT_EQ(run->target, "linux");
  EXPECT_EQ(run->wire, "tun");
  EXPECT_EQ(run->ip, std::vector{campaign::Family::V6});
  EXPECT_EQ(run->shuffle, 9u);
  EXPECT_EQ(run->evidence, false);
  EXPECT_EQ(run->jobs, 2u);
  EXPECT_EQ(run->repeat, 5u);
  EXPECT_TRUE(run->slow && run->strict);
  EXPECT_EQ(run->out, "here");
  EXPECT_EQ(run->reports, (std::vector<std::string>{"json"}));
}

TEST(RunOptions, AShardIsAPartOfSoMany) {
  EXPECT_EQ(parsed({})->shard.of, 1u);
  const auto run = parsed({"--shard", "2/3"});
  ASSERT_TRUE(run) << run.error();
  EXPECT_EQ(run->shard.index, 2u);
  EXPECT_EQ(run->shard.of, 3u);
}

TEST(RunOptions, AllFamiliesAreThree) {
  using campaign::Family;
  EXPECT_EQ(parsed({"--ip", "all"})->ip, (std::vector{Family::V4, Family::Mapped, Family::V6}));
  EXPECT_EQ(parsed({"--ip", "mapped"})->ip, std::vector{Family::Mapped});
}

TEST(RunOptions, BehindTwoDashesAllAreSelectors) {
  EXPECT_EQ(parsed({"--", "--seed"})->selectors, (std::vector<std::string>{"--seed"}));
}

TEST(RunOptions, EachMistakeHasItsSentence) {
  const struct {
    std::initializer_list<std::string> words;
    const char* sentence;
  } kCases[] = {
      {{"--sed", "7"}, "there is no option `--sed`; did you mean `--seed`?"},
      {{"--see", "7"}, "there is no option `--see`; did you mean `--seed`?"},
      {{"--seed", "7", "--seed", "8"}, "`--seed` is given twice"},
      {{"--seed", "x"}, "--seed wants a number from 0 to 18446744073709551615, found `x`"},
      {{"--jobs", "0"}, "--jobs wants a number from 1 to 256, found `0`"},
      {{"--repeat", "-1"}, "--repeat wants a number from 1 to 1000000, found `-1`"},
      {{"--ip", "4"}, "--ip wants v4, mapped, v6 or all, found `4`"},
      {{"--evidence", "yes"}, "--evidence wants on or off, found `yes`"},
      {{"--report", "text"}, "--report says what --out DIR gets, and there is no --out"},
      {{"--out", ""}, "--out wants a folder"},
      {{"--shard", "3"}, "--shard wants I/N with I from 1 to N, found `3`"},
      {{"--shard", "0/2"}, "--shard wants I/N with I from 1 to N, found `0/2`"},
      {{"--shard", "3/2"}, "--shard wants I/N with I from 1 to N, found `3/2`"},
      {{"--shard", "1/x"}, "--shard wants I/N with I from 1 to N, found `1/x`"},
      {{"--out", "x", "--report", "txt"},
       "there is no report `txt`; there are: text, json, junit, tap, pcapng"},
      {{"--out", "x", "--report", "text,"},
       "there is no report ``; there are: text, json, junit, tap, pcapng"},
  };
  for (const auto& one : kCases) {
    const auto run = parsed(one.words);
    ASSERT_FALSE(run) << one.sentence;
    EXPECT_EQ(run.error(), one.sentence);
  }
  EXPECT_FALSE(parsed({"--seed"}));
  EXPECT_FALSE(parsed({"--slow=yes"}));
}

}  // namespace
}  // namespace harness::cli
