#include "harness/campaign/snap.h"

#include <gtest/gtest.h>

#include "tests/unit/campaign/played.h"

namespace harness::campaign {
namespace {

TEST(Snap, TheBasesAreWhatIsExpectedNextAndWhatIsSentNext) {
  const auto script = parsed(
      "0 socket(..., SOCK_STREAM, IPPROTO_TCP) = 3\n"
      "0 < S 4294967290:4294967290(0) win 100\n"
      "0 < . 1:11(10) ack 1 win 100\n"
      "0 write(4, ..., 30) = 30\n"
      "0 < . 21:31(10) ack 1 win 100\n"  // Before its turn.
      "0 < . 1:6(5) ack 1 win 100\n"     // Nothing new.
      "0 < F. 6:16(10) ack 1 win 100\n"
      "0 close(4) = 0\n"
      "0 close(3) = 0\n"
      "0 < . 17:17(0) ack 32 win 100\n");
  EXPECT_EQ(bases_at(script, 1), (Bases{.rcv_nxt = 0, .snd_nxt = 1}));
  EXPECT_EQ(bases_at(script, 2), (Bases{.rcv_nxt = 1, .snd_nxt = 1}));
  EXPECT_EQ(bases_at(script, 4), (Bases{.rcv_nxt = 11, .snd_nxt = 31}));
  EXPECT_EQ(bases_at(script, 6), (Bases{.rcv_nxt = 11, .snd_nxt = 31}));
  EXPECT_EQ(bases_at(script, 9), (Bases{.rcv_nxt = 17, .snd_nxt = 32}));
}

TEST(Snap, AConnectionCountsForItself) {
  const auto script = parsed(
      "0 < 40001 > 8080 S 5:5(0) win 100\n"
      "0 < 40001 > 8080 . 1:11(10) ack 1 win 100\n"
      "0 < 40002 > 8080 S 9:9(0) win 100\n"
      "0 < 40002 > 8080 . 1:1(0) ack 1 win 100\n");
  EXPECT_EQ(bases_at(script, 3).rcv_nxt, 1u);
}

TEST(Snap, TheBaseIsPlainestAndNothingIsPlainer) {
  EXPECT_TRUE(plainer(100, 100).empty());
  EXPECT_EQ(plainer(101, 100), (std::vector<std::uint32_t>{100}));
  EXPECT_EQ(plainer(0u - 1, 0), (std::vector<std::uint32_t>{0, 1}));
  const auto all = plainer(777'777, 5);
  EXPECT_EQ(all[0], 5u);
  EXPECT_EQ(all[4], 0u - 5);  // Ten less, around the ring.
  // What is tried once and taken is never moved away again.
  for (const auto one : all) {
    for (const auto other : plainer(one, 5)) EXPECT_NE(one, other);
    EXPECT_LT(plainer(one, 5).size(), all.size());
  }
}

}  // namespace
}  // namespace harness::campaign
