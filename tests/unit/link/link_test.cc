#include "harness/link/link.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <bit>
#include <map>
#include <optional>
#include <utility>
#include <vector>

#include "tests/unit/link/path.h"

namespace harness::link {
namespace {

using namespace std::chrono_literals;
using event::Decision;
using event::Direction;

constexpr base::Ratio kHalf{1, 2};

Match of(std::optional<Direction> direction, wire::Flags set = {}, wire::Flags clear = {},
         std::optional<bool> payload = {}, std::uint32_t nth = 0) {
  return {direction, set, clear, payload, nth};
}

Match nth(std::uint32_t n) { return of({}, {}, {}, {}, n); }

TEST(Link, WithoutFaultsADatagramArrivesWhenItWasSent) {
  Path path{{}};
  EXPECT_EQ(path.link.next_deadline(), std::nullopt);
  const auto first = path.send(1s), second = path.send(1s), third = path.send(2s);
  EXPECT_EQ(path.link.next_deadline(), at(1s));
  EXPECT_EQ(path.receive(1s), (List{{first, 1s}, {second, 1s}}));
  EXPECT_EQ(path.link.next_deadline(), at(2s));
  EXPECT_EQ(path.receive(1999ms), List{});
  EXPECT_EQ(path.receive(9s), (List{{third, 2s}}));
  EXPECT_EQ(path.link.next_deadline(), std::nullopt);
  EXPECT_TRUE(path.decisions().empty());
}

TEST(Link, ADroppedDatagramNeverArrivesAndItsDecisionIsOnRecord) {
  Path path{{{Drop{}, {}}}};
  const auto id = path.send(1s);
  EXPECT_EQ(path.link.next_deadline(), std::nullopt);
  EXPECT_EQ(path.receive(100s), List{});
  ASSERT_EQ(path.decisions().size(), 1u);
  EXPECT_EQ(path.decisions()[0], (Decision{.fault = 0, .action = event::Action::Drop}));
  EXPECT_EQ(path.trace[1].id, id);
  EXPECT_EQ(path.trace[1].at, at(1s));
  EXPECT_EQ(path.link.tallies(), (std::vector<Tally>{{.met = 1, .struck = 1}}));
}

TEST(Link, LossFollowsItsRate) {
  Path path{{{Drop{{1, 20}}, {}}}};
  for (int i = 0; i < 20'000; ++i) path.send(1s);
  EXPECT_NEAR(static_cast<double>(path.link.tallies()[0].struck), 1000, 190);
  EXPECT_EQ(path.receive(1s).size() + path.link.tallies()[0].struck, 20'000u);
}

TEST(Link, ADelayLiesBetweenItsEndsBothIncluded) {
  Path path{{{Delay{.least = 10ns, .most = 13ns}, {}}}};
  std::map<clock::Duration, int> seen;
  for (int i = 0; i < 4000; ++i) path.send(0s);
  for (const auto& [id, arrived] : path.receive(1s)) ++seen[arrived];
  ASSERT_EQ(seen.size(), 4u);
  EXPECT_EQ(seen.begin()->first, 10ns);
  EXPECT_EQ(seen.rbegin()->first, 13ns);
  for (const auto& [delay, count] : seen) EXPECT_NEAR(count, 1000, 170) << delay.count();
}

TEST(Link, AFixedDelayKeepsTheOrder) {
  Path path{{{Delay{.least = 40ms, .most = 40ms}, {}}}};
  const auto first = path.send(0s), second = path.send(0s), third = path.send(1ms);
  EXPECT_EQ(path.receive(1s), (List{{first, 40ms}, {second, 40ms}, {third, 41ms}}));
  EXPECT_EQ(path.decisions()[0].delay, 40ms);
}

TEST(Link, DelaysAddUp) {
  Path path{{{Delay{.least = 10ms, .most = 10ms}, {}}, {Delay{.least = 5ms, .most = 5ms}, {}}}};
  const auto id = path.send(1s);
  EXPECT_EQ(path.receive(2s), (List{{id, 1015ms}}));
  EXPECT_EQ(path.decisions()[1].fault, 1u);
}

TEST(Link, OneHeldBackGoesBehindSoManyOfItsDirection) {
  Path path{{{Reorder{.behind = 2}, nth(1)}}};
  const auto held = path.send(0s);
  const auto first = path.send(1ms);
  const auto other = path.send(2ms, wire::kAck, 0, Direction::FromTarget);
  const auto second = path.send(3ms), third = path.send(4ms);
  EXPECT_EQ(path.receive(1s),
            (List{{first, 1ms}, {other, 2ms}, {second, 3ms}, {held, 3ms}, {third, 4ms}}));
  ASSERT_EQ(path.decisions().size(), 1u);
  EXPECT_EQ(path.decisions()[0],
            (Decision{.fault = 0, .action = event::Action::Hold, .delay = 1s, .behind = 2}));
}

TEST(Link, OneHeldBackGoesAtLastThoughNothingElseWent) {
  Path path{{{Reorder{.behind = 3, .at_most = 20ms}, nth(1)}}};
  const auto held = path.send(0s), other = path.send(5ms);
  EXPECT_EQ(path.receive(5ms), (List{{other, 5ms}}));
  EXPECT_EQ(path.link.next_deadline(), at(20ms));
  EXPECT_EQ(path.receive(19ms), List{});
  EXPECT_EQ(path.receive(20ms), (List{{held, 20ms}}));
  EXPECT_EQ(path.link.next_deadline(), std::nullopt);
}

TEST(Link, OneThatIsDroppedDoesNotCountAsGone) {
  Path path{{{Reorder{.behind = 1}, nth(1)}, {Drop{}, nth(2)}}};
  const auto held = path.send(0s);
  path.send(1ms);
  const auto third = path.send(2ms);
  EXPECT_EQ(path.receive(500ms), (List{{third, 2ms}, {held, 2ms}}));
}

TEST(Link, OneHeldBackNeverArrivesBeforeTheOneItWaitsFor) {
  Path path{{{Reorder{.behind = 1}, nth(1)}, {Delay{.least = 50ms, .most = 50ms}, nth(2)}}};
  const auto held = path.send(0s), late = path.send(1ms);
  EXPECT_EQ(path.receive(1s), (List{{late, 51ms}, {held, 51ms}}));
}

TEST(Link, TwoHeldBackEachWaitForTheirOwn) {
  Path path{{{Reorder{.behind = 2}, nth(1)}, {Reorder{.behind = 1}, nth(2)}}};
  const auto a = path.send(0s), b = path.send(0s), c = path.send(0s), d = path.send(0s);
  EXPECT_EQ(path.receive(0s), (List{{c, 0s}, {b, 0s}, {d, 0s}, {a, 0s}}));
}

TEST(Link, ACopyHasANameOfItsOwnAndTheSameOctets) {
  Path path{{{Duplicate{}, nth(1)}}};
  const auto original = path.send(1s, wire::kAck, 10);
  const auto arrived = path.receive(1s);
  ASSERT_EQ(arrived.size(), 2u);
  EXPECT_EQ(arrived[0], (Arrived{original, 1s}));
  const auto copy = arrived[1].id;
  EXPECT_EQ(arrived[1].at, 1s);
  ASSERT_EQ(path.decisions().size(), 1u);
  EXPECT_EQ(path.decisions()[0].other, copy);
  EXPECT_EQ(path.trace[copy].kind, event::Kind::Decision);  // Its first record.
  EXPECT_NE(copy, original);
  EXPECT_EQ(path.bodies.at(copy), path.bodies.at(original));
}

TEST(Link, CopiesOfCopiesHaveNamesOfTheirOwn) {
  Path path{{{Duplicate{}, {}}, {Duplicate{}, {}}}};
  path.send(0s);
  path.send(0s);
  auto arrived = path.receive(0s);
  ASSERT_EQ(arrived.size(), 8u);
  std::ranges::sort(arrived, {}, &Arrived::id);
  EXPECT_EQ(std::ranges::adjacent_find(arrived, {}, &Arrived::id), arrived.end());
}

TEST(Link, ACopyMeetsTheOtherFaultsWithLuckOfItsOwn) {
  int both = 0, one = 0, none = 0;
  for (std::uint64_t seed = 0; seed < 1000; ++seed) {
    Path path{{{Duplicate{}, {}}, {Drop{kHalf}, {}}}, seed};
    path.send(0s);
    const auto count = path.receive(0s).size();
    (count == 2 ? both : count == 1 ? one : none) += 1;
  }
  EXPECT_NEAR(both, 250, 85);
  EXPECT_NEAR(one, 500, 95);
  EXPECT_NEAR(none, 250, 85);
}

TEST(Link, ACorruptDatagramDiffersInOneBitBehindItsIpHeader) {
  std::map<std::uint32_t, int> bits;
  for (std::uint64_t seed = 0; seed < 3000; ++seed) {
    Path path{{{Corrupt{}, {}}}, seed};
    const auto id = path.send(0s, wire::kAck, 4);
    const auto before = path.trace.body(path.trace[id]);
    ASSERT_EQ(path.receive(0s), (List{{id, 0s}}));
    const auto after = path.trace.body(path.bodies.at(id));
    ASSERT_EQ(after.size(), before.size());
    const auto bit = path.decisions().at(0).other;
    int flipped = 0;
    for (std::size_t i = 0; i < before.size(); ++i) {
      const auto change = std::to_integer<unsigned>(before[i] ^ after[i]);
      flipped += std::popcount(change);
      if (change != 0) {
        ASSERT_EQ(i, bit / 8);
        ASSERT_EQ(change, 0x80u >> bit % 8);
      }
    }
    ASSERT_EQ(flipped, 1);
    ASSERT_GE(bit, 20u * 8);
    ++bits[bit];
  }
  // Header and payload, any bit: 24 octets.
  EXPECT_EQ(bits.size(), 24u * 8);
}

TEST(Link, WhatIsNoDatagramIsCorruptedAnywhereAndNothingIsLeftAlone) {
  Path path{{{Corrupt{}, {}}}};
  const auto one = path.send_octets(0s, base::Bytes(1, std::byte{0xFF}));
  path.receive(0s);
  EXPECT_NE(path.trace.body(path.bodies.at(one))[0], std::byte{0xFF});
  const auto none = path.send_octets(0s, {});
  EXPECT_EQ(path.receive(0s), (List{{none, 0s}}));
  EXPECT_EQ(path.decisions().size(), 1u);
}

TEST(Link, AFaultConcernsWhatFitsItsMatch) {
  struct Case {
    Match match;
    wire::Flags flags;
    std::size_t payload;
    Direction direction;
    bool fits;
  };
  using enum Direction;
  for (const Case& c : {
           Case{of(ToTarget), wire::kAck, 0, ToTarget, true},
           Case{of(ToTarget), wire::kAck, 0, FromTarget, false},
           Case{of(FromTarget), wire::kAck, 0, FromTarget, true},
           Case{of({}, wire::kSyn), wire::kSyn, 0, ToTarget, true},
           Case{of({}, wire::kSyn), wire::kSyn | wire::kAck, 0, ToTarget, true},
           Case{of({}, wire::kSyn), wire::kAck, 0, ToTarget, false},
           Case{of({}, kFinAck), wire::kFin, 0, ToTarget, false},
           Case{of({}, wire::kSyn, wire::kAck), wire::kSyn | wire::kAck, 0, ToTarget, false},
           Case{of({}, {}, kFinAck), wire::kFin, 0, ToTarget, false},
           Case{of({}, {}, kFinAck), wire::kSyn, 0, ToTarget, true},
           Case{of({}, {}, {}, true), wire::kAck, 1, ToTarget, true},
           Case{of({}, {}, {}, true), wire::kAck, 0, ToTarget, false},
           Case{of({}, {}, {}, false), wire::kAck, 0, ToTarget, true},
           Case{of({}, {}, {}, false), wire::kAck, 1, ToTarget, false},
       }) {
    Path path{{{Drop{}, c.match}}};
    path.send(0s, c.flags, c.payload, c.direction);
    EXPECT_EQ(path.receive(0s).empty(), c.fits);
  }
}

TEST(Link, WhatIsNoTcpFitsOnlyAMatchThatAsksForNothingInIt) {
  const base::Bytes nonsense(30, std::byte{0xEE});
  for (const auto& [match, fits] :
       {std::pair{Match{}, true}, std::pair{of(Direction::ToTarget), true},
        std::pair{of({}, {}, wire::kSyn), false}, std::pair{of({}, {}, {}, false), false}}) {
    Path path{{{Drop{}, match}}};
    path.send_octets(0s, nonsense);
    EXPECT_EQ(path.receive(0s).empty(), fits);
  }
}

TEST(Link, TheNthCountsOnlyWhatFitsTheRest) {
  Path path{{{Drop{}, of({}, {}, {}, true, 2)}}};
  const auto a = path.send(0s, wire::kAck, 0), b = path.send(0s, wire::kAck, 5);
  const auto c = path.send(0s, wire::kAck, 0), d = path.send(0s, wire::kAck, 5);
  const auto e = path.send(0s, wire::kAck, 5);
  EXPECT_EQ(path.receive(0s), (List{{a, 0s}, {b, 0s}, {c, 0s}, {e, 0s}}));
  EXPECT_EQ(path.trace[d].id, d);
}

TEST(Link, TheNthMeansTheSameWhateverTheFaultsBeforeItDo) {
  Path path{{{Drop{}, nth(1)}, {Duplicate{}, nth(2)}, {Drop{}, nth(3)}}};
  path.send(0s);
  const auto second = path.send(0s);
  path.send(0s);
  const auto fourth = path.send(0s);
  const auto arrived = path.receive(0s);
  ASSERT_EQ(arrived.size(), 3u);
  EXPECT_EQ(arrived[0].id, second);
  EXPECT_EQ(arrived[2].id, fourth);
}

TEST(Link, ADatagramsLuckIsItsPlaceInItsDirectionAndNotHowTheDirectionsMix) {
  const auto decisions = [](bool mixed) {
    Path path{{{Drop{kHalf}, {}}}, 3};
    std::vector<std::uint32_t> ids;
    for (int i = 0; i < 50; ++i) {
      ids.push_back(path.send(0s));
      if (mixed) path.send(0s, wire::kAck, 0, Direction::FromTarget);
    }
    std::vector<bool> dropped;
    const auto arrived = path.receive(0s);
    for (const auto id : ids) {
      dropped.push_back(std::ranges::find(arrived, id, &Arrived::id) == arrived.end());
    }
    return dropped;
  };
  EXPECT_EQ(decisions(false), decisions(true));
}

TEST(Link, TwoFaultsOfOneKindDrawApart) {
  Path path{{{Drop{kHalf}, {}}, {Drop{kHalf}, {}}}, 5};
  for (int i = 0; i < 1000; ++i) path.send(0s);
  EXPECT_NEAR(static_cast<double>(path.receive(0s).size()), 250, 85);
}

TEST(Link, ArrivalsComeInTheOrderOfTheirTimes) {
  for (std::uint64_t seed = 0; seed < 50; ++seed) {
    Path path{kMany, seed};
    std::size_t sent = 0, arrived = 0;
    clock::Duration last{};
    for (int i = 0; i < 300; ++i) {
      const auto now = clock::Duration{i} * 1'000'000;
      path.send(now);
      ++sent;
      if (i % 7 != 0) continue;
      for (const auto& arrival : path.receive(now)) {
        ASSERT_GE(arrival.at, last);
        ASSERT_LE(arrival.at, now);
        last = arrival.at;
        ++arrived;
      }
      const auto deadline = path.link.next_deadline();
      ASSERT_TRUE(!deadline || *deadline > at(now));
    }
    arrived += path.receive(1000s).size();
    EXPECT_EQ(arrived + path.link.tallies()[3].struck, sent);
    EXPECT_EQ(path.link.next_deadline(), std::nullopt);
  }
}

// Whoever waits until next_deadline() gets something then; nobody waits in vain.
TEST(Link, ThereIsSomethingAtEachDeadline) {
  Path path{kMany, 11};
  for (int i = 0; i < 300; ++i) path.send(clock::Duration{i} * 1'000'000);
  std::size_t arrived = 0;
  while (const auto deadline = path.link.next_deadline()) {
    const auto some = path.receive(*deadline - clock::kStart);
    ASSERT_FALSE(some.empty());
    arrived += some.size();
  }
  EXPECT_EQ(arrived + path.link.tallies()[3].struck, 300u);
}

TEST(LinkDeathTest, AFaultThatCannotBeIsOurError) {
  EXPECT_DEATH((Link{{{Delay{.least = 2s, .most = 1s}, {}}}, base::Rng{1}}), "does not hold");
  EXPECT_DEATH((Link{{{Delay{.least = -2s, .most = 1s}, {}}}, base::Rng{1}}), "does not hold");
  EXPECT_DEATH((Link{{{Reorder{.behind = 0}, {}}}, base::Rng{1}}), "does not hold");
  EXPECT_DEATH((Link{std::vector<Fault>(65), base::Rng{1}}), "does not hold");
}

}  // namespace
}  // namespace harness::link
