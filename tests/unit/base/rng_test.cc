#include "harness/base/rng.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <array>
#include <cstdint>
#include <vector>

namespace harness::base {
namespace {

TEST(Rng, ItsDrawsArePublishedOnes) {
  // Of SplitMix64 with this seed.
  Rng rng{1'234'567};
  for (const std::uint64_t value :
       {6'457'827'717'110'365'317u, 3'203'168'211'198'807'973u, 9'817'491'932'198'370'423u,
        4'593'380'528'125'082'431u, 16'408'922'859'458'223'821u}) {
    EXPECT_EQ(rng.next(), value);
  }
}

TEST(Rng, ForksAreTheSameOnEveryMachine) {
  EXPECT_EQ(Rng{1}.fork("link").next(), 18'011'302'027'138'064'058u);
  EXPECT_EQ(Rng{1}.nth(0).next(), 5'948'053'812'914'333'585u);
  EXPECT_EQ(Rng{1}.nth(1).next(), 9'793'979'767'479'580'297u);
  Rng rng{42};
  for (const std::uint64_t value : {7u, 1u, 2u, 3u, 0u, 8u, 2u, 8u, 3u, 6u}) {
    EXPECT_EQ(rng.below(10), value);
  }
}

TEST(Rng, ForkingDrawsNothing) {
  Rng one{7}, other{7};
  one.fork("link").next();
  one.nth(3).next();
  EXPECT_EQ(one.next(), other.next());
}

TEST(Rng, EachForkIsAStreamOfItsOwn) {
  const Rng rng{7};
  std::vector<std::uint64_t> firsts;
  for (const char* label : {"", "a", "b", "ab", "ba", "link", "target"}) {
    firsts.push_back(rng.fork(label).next());
  }
  for (std::uint64_t n = 0; n < 1000; ++n) firsts.push_back(rng.nth(n).next());
  std::ranges::sort(firsts);
  EXPECT_EQ(std::ranges::adjacent_find(firsts), firsts.end());
}

TEST(Rng, ADrawStaysBelowItsBound) {
  Rng rng{1};
  for (const std::uint64_t bound : {std::uint64_t{1}, std::uint64_t{2}, std::uint64_t{3},
                                    std::uint64_t{1} << 63, ~std::uint64_t{0}}) {
    for (int i = 0; i < 1000; ++i) EXPECT_LT(rng.below(bound), bound);
  }
  EXPECT_EQ(rng.below(0), 0u);
}

TEST(Rng, DrawsAreSpreadEvenly) {
  Rng rng{1};
  std::array<int, 7> counts{};
  for (int i = 0; i < 70'000; ++i) ++counts[rng.below(counts.size())];
  for (int count : counts) EXPECT_NEAR(count, 10'000, 600);  // Six standard deviations.
}

TEST(Rng, AChanceIsAsLikelyAsItSays) {
  Rng rng{2};
  int hits = 0;
  for (int i = 0; i < 100'000; ++i) hits += rng.chance({1, 20});
  EXPECT_NEAR(hits, 5000, 420);
}

TEST(Rng, ACertaintyIsOneDrawLikeAnyOther) {
  Rng always{3}, never{3}, plain{3};
  for (int i = 0; i < 100; ++i) {
    EXPECT_TRUE(always.chance({1, 1}));
    EXPECT_FALSE(never.chance({0, 1}));
    plain.next();
  }
  const auto next = plain.next();
  EXPECT_EQ(always.next(), next);
  EXPECT_EQ(never.next(), next);
}

}  // namespace
}  // namespace harness::base
