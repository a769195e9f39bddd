#include "harness/cli/known.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace harness::cli {
namespace {

using testing::ElementsAre;

const std::vector<std::string> kIds = {"close/normal", "close/simultaneous", "reset/exact"};

auto parsed(std::string_view text) { return parse_expected_failures(text, "xfail.txt", kIds); }

TEST(ExpectedFailures, AnIdOrAGlobALineWithItsReason) {
  const auto list = parsed("# not yet\n\n  close/*  # no close\nreset/exact\n");
  ASSERT_TRUE(list) << list.error();
  std::vector<std::string> scenarios, reasons;
  for (const auto& one : *list) {
    scenarios.push_back(one.scenario);
    reasons.push_back(one.reason);
    EXPECT_EQ(one.requirement, "*");
    EXPECT_TRUE(one.always);
  }
  EXPECT_THAT(scenarios, ElementsAre("close/normal", "close/simultaneous", "reset/exact"));
  EXPECT_THAT(reasons, ElementsAre("no close", "no close", "expected to fail"));
  EXPECT_EQ((*list)[0].place.print(), "xfail.txt:3:3");
}

TEST(ExpectedFailures, ALineOfTheOtherListIsTakenToo) {
  const auto list = parsed("\nclose/normal | MUST-13 | it is so | 6.1.. | sometimes\n");
  ASSERT_FALSE(list);
  EXPECT_TRUE(list.error().starts_with("xfail.txt:2:")) << list.error();
  const auto good = parsed("\nclose/normal | MUST-13 | it is so | 6.1 | sometimes\n");
  ASSERT_TRUE(good) << good.error();
  EXPECT_FALSE((*good)[0].always);
  EXPECT_EQ((*good)[0].place.line, 2u);
}

TEST(ExpectedFailures, WhatIsNotThereIsNamedWithItsPlace) {
  EXPECT_EQ(parsed("close/nromal\n").error(),
            "xfail.txt:1:1: there is no scenario `close/nromal`; did you mean `close/normal`?");
  EXPECT_EQ(parsed("\n q/*\n").error(), "xfail.txt:2:2: no scenario fits `q/*`");
}

TEST(Known, ALineMayBeAboutRandomConversations) {
  const auto list = parse_known(
      "# why\n"
      "swarm        | MUST-13: a reset | it is so   | *    | sometimes\n"
      "close/normal | MUST-13          | it is so   | 6.18 | always\n",
      "known/linux.txt");
  ASSERT_TRUE(list) << list.error();
  ASSERT_EQ(list->size(), 2u);
  EXPECT_EQ((*list)[0].scenario, kAnyConversation);
  EXPECT_FALSE((*list)[0].always);
}

TEST(Known, NothingIsWrongInEveryRandomConversation) {
  const auto list =
      parse_known("\n swarm | MUST-13: a reset | it is so | * | always\n", "known/linux.txt");
  ASSERT_FALSE(list);
  EXPECT_EQ(list.error(),
            "known/linux.txt:2:2: no requirement is at stake in every random conversation: a line "
            "about `swarm` says `sometimes`");
  EXPECT_EQ(
      parse_known("swarm | MUST-13 | it is so | * | sometimes\n", "known/linux.txt").error(),
      "known/linux.txt:1:1: a line about `swarm` says in which words a requirement is broken: "
      "`MUST-13: got a reset`");
  EXPECT_EQ(parse_known("swarm | MUST-1\n", "known/linux.txt").error().substr(0, 20),
            "known/linux.txt:1:1:");
}

}  // namespace
}  // namespace harness::cli
