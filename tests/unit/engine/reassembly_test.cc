#include "harness/engine/reassembly.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <vector>

#include "harness/base/rng.h"

namespace harness::engine {
namespace {

using wire::SeqNum;

constexpr SeqNum kBase{0xFFFF'FFF0};  // The wrap is 16 octets on.

TEST(EngineReassembly, AgreesWithABitmapWhateverComes) {
  base::Rng rng{1};
  for (int round = 0; round < 2000; ++round) {
    Reassembly held;
    std::vector<bool> map(64, false);
    std::uint32_t next = 0;
    while (next < 60) {
      const auto from = next + 1 + static_cast<std::uint32_t>(rng.below(64 - next - 1));
      const auto to = std::min(64u, from + 1 + static_cast<std::uint32_t>(rng.below(9)));
      ASSERT_TRUE(held.hold(kBase + from, kBase + to));
      for (auto at = from; at < to; ++at) map[at] = true;
      if (!rng.chance({1, 3})) continue;
      ++next;  // The octet that was missing came.
      const auto now = held.advance(kBase + next);
      while (next < 64 && map[next]) ++next;
      ASSERT_EQ(now, kBase + next);
    }
  }
}

TEST(EngineReassembly, AdvancesOverWhatIsHeldAndForgetsIt) {
  Reassembly held;
  EXPECT_TRUE(held.hold(kBase + 10, kBase + 20));
  EXPECT_TRUE(held.hold(kBase + 30, kBase + 40));
  EXPECT_EQ(held.advance(kBase + 5), kBase + 5);
  EXPECT_EQ(held.advance(kBase + 10), kBase + 20);
  EXPECT_EQ(held.advance(kBase + 35), kBase + 40);
  EXPECT_TRUE(held.empty());
}

TEST(EngineReassembly, RefusesOneRangeTooManyAndKeepsTheRest) {
  Reassembly held;
  for (std::uint32_t i = 0; i < 32; ++i) {
    EXPECT_TRUE(held.hold(kBase + i * 10, kBase + (i * 10 + 5)));
  }
  EXPECT_FALSE(held.hold(kBase + 1000, kBase + 1001));
  EXPECT_TRUE(held.hold(kBase + 5, kBase + 10)) << "it joins two";
  EXPECT_TRUE(held.hold(kBase + 1000, kBase + 1001));
  EXPECT_EQ(held.advance(kBase), kBase + 15);
}

}  // namespace
}  // namespace harness::engine
