#include "harness/wire/flags.h"

#include <gtest/gtest.h>

namespace harness::wire {
namespace {

TEST(Flags, EachBitHasItsPlaceInTheHeader) {
  constexpr Flags kAll[] = {kFin, kSyn, kRst, kPsh, kAck, kUrg, kEce, kCwr, kAe};
  for (std::size_t i = 0; i < std::size(kAll); ++i) {
    const Flags f = kAll[i];
    EXPECT_EQ(f.bits, 1u << i);
    EXPECT_EQ(f.fin(), i == 0);
    EXPECT_EQ(f.syn(), i == 1);
    EXPECT_EQ(f.rst(), i == 2);
    EXPECT_EQ(f.psh(), i == 3);
    EXPECT_EQ(f.ack(), i == 4);
    EXPECT_EQ(f.urg(), i == 5);
    EXPECT_EQ(f.ece(), i == 6);
    EXPECT_EQ(f.cwr(), i == 7);
    EXPECT_EQ(f.ae(), i == 8);
  }
}

TEST(Flags, AllAndSomeAreDifferentQuestions) {
  constexpr Flags both = kSyn | kAck;
  EXPECT_TRUE(both.has(kSyn));
  EXPECT_TRUE(both.has(both));
  EXPECT_FALSE(kSyn.has(both));
  EXPECT_TRUE(kSyn.any(both));
  EXPECT_FALSE(kFin.any(both));
  EXPECT_TRUE(kFin.has({}));
  EXPECT_FALSE(kFin.any({}));
}

TEST(Flags, TheyCombine) {
  Flags flags = kSyn;
  flags |= kAck;
  EXPECT_EQ(flags, kSyn | kAck);
  EXPECT_EQ(flags & kAck, kAck);
  EXPECT_EQ(flags & kFin, Flags{});
}

}  // namespace
}  // namespace harness::wire
