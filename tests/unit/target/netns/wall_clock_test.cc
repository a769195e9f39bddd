#include "harness/target/netns/wall_clock.h"

#include <gtest/gtest.h>

namespace harness::target::netns {
namespace {

using namespace std::chrono_literals;

// Real time, or ahead of it: seen from here, the time of day was then set back.
class Movable final : public clock::Clock {
 public:
  clock::Instant now() const override { return steady_.now() + ahead; }
  void wait_until(clock::Instant until) override { steady_.wait_until(until - ahead); }
  clock::Duration ahead{};

 private:
  clock::SteadyClock steady_;
};

TEST(WallClock, KnowsItsErrorAndStandsStill) {
  Movable clock;
  WallClock wall{clock};
  EXPECT_GT(wall.error(), 0ns);
  EXPECT_LT(wall.error(), 1ms);
  for (int i = 0; i < 1000; ++i) ASSERT_FALSE(wall.moved());
}

TEST(WallClock, SaysOnceThatTheTimeWasSet) {
  Movable clock;
  WallClock wall{clock};
  const clock::Duration noon = 1h;
  const auto before = wall.instant(noon);
  for (const auto step : {clock::Duration{10s}, clock::Duration{-20s}}) {
    clock.ahead += step;
    EXPECT_TRUE(wall.moved());
    EXPECT_FALSE(wall.moved());
  }
  const auto difference = wall.instant(noon) - before + 10s;
  EXPECT_LT(difference, 1s);
  EXPECT_GT(difference, -1s);
}

}  // namespace
}  // namespace harness::target::netns
