#include "harness/wire/options.h"

#include <gtest/gtest.h>

#include <cstdint>
#include <initializer_list>
#include <memory>
#include <vector>

#include "harness/base/rng.h"

namespace harness::wire {
namespace {

base::Bytes in_octets(std::initializer_list<int> values) {
  base::Bytes bytes;
  for (int value : values) bytes.push_back(static_cast<std::byte>(value));
  return bytes;
}

struct Seen {
  int kind;
  std::size_t size;
  bool broken;
  friend bool operator==(const Seen&, const Seen&) = default;
};

std::vector<Seen> walk(std::span<const std::byte> bytes) {
  std::vector<Seen> seen;
  for (const OptionView& option : Options{bytes}) {
    seen.push_back({option.kind, option.bytes.size(), option.broken});
  }
  return seen;
}

using List = std::vector<Seen>;

TEST(Options, EachIsSeenWhole) {
  EXPECT_EQ(walk(in_octets({2, 4, 5, 180, 1, 1, 4, 2, 3, 3, 7, 253, 2})), (List{{2, 4, false},
                                                                                {1, 1, false},
                                                                                {1, 1, false},
                                                                                {4, 2, false},
                                                                                {3, 3, false},
                                                                                {253, 2, false}}));
  EXPECT_TRUE(walk({}).empty());
}

TEST(Options, BehindTheEndThereIsOnlyPadding) {
  EXPECT_EQ(walk(in_octets({1, 0, 2, 4, 5, 180})), (List{{1, 1, false}, {0, 5, false}}));
  EXPECT_EQ(walk(in_octets({0})), (List{{0, 1, false}}));
}

TEST(Options, ALengthThatCannotBeIsTheLastThingSeen) {
  // MUST-7: no length, 0, 1, and past the end.
  EXPECT_EQ(walk(in_octets({1, 2})), (List{{1, 1, false}, {2, 1, true}}));
  EXPECT_EQ(walk(in_octets({2, 0, 1, 1})), (List{{2, 4, true}}));
  EXPECT_EQ(walk(in_octets({2, 1, 1, 1})), (List{{2, 4, true}}));
  EXPECT_EQ(walk(in_octets({2, 5, 1, 1})), (List{{2, 4, true}}));
  EXPECT_EQ(walk(in_octets({2, 255, 1, 1})), (List{{2, 4, true}}));
  EXPECT_EQ(walk(in_octets({2, 4, 1, 1})), (List{{2, 4, false}}));
}

TEST(Options, OneIsOfAKindOnlyWithItsLength) {
  const auto bytes = in_octets({2, 4, 5, 180, 3, 4, 7, 0, 8, 9});
  auto option = Options{bytes}.begin();
  EXPECT_TRUE(option->is(OptionKind::Mss, 4));
  EXPECT_FALSE(option->is(OptionKind::Mss, 3));
  EXPECT_EQ(option->data().size(), 2u);
  ++option;
  EXPECT_TRUE(option->is(OptionKind::WindowScale));
  EXPECT_FALSE(option->is(OptionKind::WindowScale, 3));
  ++option;
  EXPECT_TRUE(option->broken);
  EXPECT_FALSE(option->is(OptionKind::Timestamps, option->bytes.size()));
  EXPECT_EQ(++option, Options{bytes}.end());
}

TEST(Options, AnyOctetsAreWalkedToTheirEndAndNotBeyond) {
  base::Rng rng{1};
  for (int round = 0; round < 50'000; ++round) {
    const auto size = rng.below(41);
    // Exactly so large: whoever reads behind it is caught.
    const auto bytes = std::make_unique_for_overwrite<std::byte[]>(size);
    for (std::size_t i = 0; i < size; ++i) {
      bytes[i] = static_cast<std::byte>(rng.below(rng.chance({1, 2}) ? 12 : 256));
    }
    std::size_t walked = 0, count = 0;
    for (const OptionView& option : Options{{bytes.get(), size}}) {
      ASSERT_FALSE(option.bytes.empty());
      ASSERT_EQ(option.bytes.data(), bytes.get() + walked);
      walked += option.bytes.size();
      ASSERT_LE(option.data().size() + 2, std::max<std::size_t>(option.bytes.size(), 2));
      ++count;
    }
    ASSERT_EQ(walked, size);
    ASSERT_LE(count, size);
  }
}

}  // namespace
}  // namespace harness::wire
