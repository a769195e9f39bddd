#include "harness/base/check.h"

#include <gtest/gtest.h>

namespace harness::base {
namespace {

TEST(CheckDeathTest, WhatDoesNotHoldIsNamedWithItsPlace) {
  const int sum = 5;
  EXPECT_DEATH(CHECK(sum == 4), "check_test.cc:[0-9]+: sum == 4 does not hold");
}

TEST(Check, WhatHoldsIsAskedOnceAndSaysNothing) {
  int asked = 0;
  CHECK(++asked == 1);
  EXPECT_EQ(asked, 1);
}

}  // namespace
}  // namespace harness::base
