#include "harness/wire/seq_num.h"

#include <gtest/gtest.h>

namespace harness::wire {
namespace {

// Where the ring is likely to break: both ends, both middles, and their neighbours.
constexpr SeqNum kCorners[] = {SeqNum{0},           SeqNum{1},           SeqNum{0x7FFF'FFFF},
                               SeqNum{0x8000'0000}, SeqNum{0x8000'0001}, SeqNum{0xFFFF'FFFE},
                               SeqNum{0xFFFF'FFFF}};

template <class T>
concept Ordered = requires(T a, T b) { a < b; };
static_assert(!Ordered<SeqNum>);

TEST(SeqNum, ASmallStepForwardIsAfterEverywhereOnTheRing) {
  for (SeqNum s : kCorners) {
    for (std::uint32_t step : {1u, 2u, 1000u, 0x7FFF'FFFFu}) {
      EXPECT_TRUE(before(s, s + step)) << s.raw() << " + " << step;
      EXPECT_FALSE(before(s + step, s)) << s.raw() << " + " << step;
    }
  }
}

TEST(SeqNum, NothingIsBeforeItself) {
  for (SeqNum s : kCorners) EXPECT_FALSE(before(s, s)) << s.raw();
}

TEST(SeqNum, HalfARingApartNeitherComesFirst) {
  for (SeqNum s : kCorners) {
    EXPECT_FALSE(before(s, s + 0x8000'0000u));
    EXPECT_FALSE(before(s + 0x8000'0000u, s));
  }
}

TEST(SeqNum, AWindowHoldsItsFirstNumberButNotTheOneAfterItsLast) {
  for (SeqNum first : kCorners) {
    for (std::uint32_t size : {1u, 16u, 0x8000'0000u, 0xFFFF'FFFFu}) {
      EXPECT_TRUE(in_window(first, first, size));
      EXPECT_TRUE(in_window(first + (size - 1), first, size));
      EXPECT_FALSE(in_window(first + size, first, size)) << first.raw() << " size " << size;
    }
    EXPECT_FALSE(in_window(first, first, 0));
  }
}

}  // namespace
}  // namespace harness::wire
