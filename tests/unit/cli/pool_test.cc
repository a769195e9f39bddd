#include "harness/cli/pool.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <unistd.h>

#include <csignal>
#include <cstdio>
#include <map>
#include <string>
#include <vector>

#include "harness/cli/stop.h"
#include "harness/clock/clock.h"

namespace harness::cli {
namespace {

using testing::HasSubstr;

class Heard final : public PoolEvents {
 public:
  std::map<std::uint32_t, std::string> results, losses;
  std::vector<std::uint32_t> begun;
  std::string words;
  volatile std::sig_atomic_t stop = 0;
  bool stop_at_first = false;

  void started(std::uint32_t index) override { begun.push_back(index); }
  void finished(std::uint32_t index, const std::string& result) override {
    results[index] = result;
    if (stop_at_first) stop = 1;
  }
  void lost(std::uint32_t index, const std::string& how) override { losses[index] = how; }
  void said(const std::string& text) override { words += text; }
};

void run(Heard& heard, std::uint32_t count, unsigned workers, const Worker::Work& work) {
  catch_stop();
  run_pool(count, workers, work, heard, &heard.stop);
}

TEST(Pool, EveryJobIsDoneOnceAndGivenOutInOrder) {
  Heard heard;
  run(heard, 50, 3, [](std::uint32_t i) { return "job " + std::to_string(i); });
  EXPECT_EQ(heard.results.size(), 50u);
  EXPECT_EQ(heard.results[49], "job 49");
  EXPECT_TRUE(std::ranges::is_sorted(heard.begun));
  EXPECT_TRUE(heard.losses.empty());
}

TEST(Pool, NoJobNeedsNoWorker) {
  Heard heard;
  run(heard, 0, 4, [](std::uint32_t) { return std::string{}; });
  EXPECT_TRUE(heard.results.empty());
}

TEST(Pool, AResultMayBeEmptyOrLarge) {
  Heard heard;
  run(heard, 2, 2, [](std::uint32_t i) { return std::string(i * 5'000'000, 'x'); });
  EXPECT_EQ(heard.results[0].size(), 0u);
  EXPECT_EQ(heard.results[1].size(), 5'000'000u);
}

TEST(Pool, AWorkerThatDiesLosesItsOwnJobOnly) {
  Heard heard;
  run(heard, 8, 2, [](std::uint32_t i) {
    if (i == 2) ::kill(::getpid(), SIGKILL);
    if (i == 3) ::_exit(7);
    if (i == 4) throw std::runtime_error{"no way"};
    return std::to_string(i);
  });
  EXPECT_EQ(heard.results.size(), 5u);
  EXPECT_EQ(heard.losses[2], "was killed by SIGKILL");
  EXPECT_EQ(heard.losses[3], "ended with status 7");
  EXPECT_EQ(heard.losses[4], "ended with status 1");
  EXPECT_THAT(heard.words, HasSubstr("no way"));
}

TEST(Pool, WhatAWorkerSaysIsHeard) {
  Heard heard;
  run(heard, 2, 1, [](std::uint32_t i) {
    std::fputs(i == 0 ? "first\n" : "second\n", stderr);
    return std::string{};
  });
  EXPECT_EQ(heard.words, "first\nsecond\n");
}

TEST(Pool, WhenAskedToStopItGivesOutNothingMore) {
  Heard heard;
  heard.stop_at_first = true;
  run(heard, 100, 1, [](std::uint32_t i) { return std::to_string(i); });
  EXPECT_LE(heard.begun.size(), 2u);
  EXPECT_TRUE(heard.losses.empty());
}

TEST(Pool, AWorkerAtWorkIsAskedToStopToo) {
  Heard heard;
  heard.stop_at_first = true;
  const clock::SteadyClock wall;
  run(heard, 2, 2, [](std::uint32_t i) {
    const auto* stop = catch_stop_as_worker();
    while (i == 1 && *stop == 0) ::usleep(1000);
    return std::to_string(i);
  });
  EXPECT_LT(wall.now() - clock::kStart, std::chrono::seconds{4});
  EXPECT_EQ(heard.results.size(), 2u);
}

}  // namespace
}  // namespace harness::cli
