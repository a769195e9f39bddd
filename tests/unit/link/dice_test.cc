// Every fault rolls dice of its own: what one does to a datagram does not depend on the others.

#include <gtest/gtest.h>

#include <algorithm>
#include <functional>
#include <iterator>
#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "harness/link/link.h"
#include "tests/unit/link/path.h"

namespace harness::link {
namespace {

using event::Decision;
using event::Direction;

// What became of each datagram: its decisions without the number of the fault, and its arrivals.
using Fate = std::pair<std::vector<std::vector<std::int64_t>>, std::vector<clock::Duration>>;

std::vector<Fate> fates(
    const std::vector<Fault>& faults, std::uint64_t seed,
    const std::function<bool(event::Action)>& counts = [](event::Action) { return true; }) {
  Path path{faults, seed};
  std::vector<std::uint32_t> ids;
  for (int i = 0; i < 200; ++i) {
    ids.push_back(path.send(clock::Duration{i} * 1'000'000, wire::kAck, 20,
                            i % 3 == 0 ? Direction::FromTarget : Direction::ToTarget));
  }
  std::map<std::uint32_t, Fate> by_id;
  for (const event::Record& record : path.trace.records()) {
    if (record.kind != event::Kind::Decision) continue;
    const auto decision = event::decision(path.trace, record);
    if (!counts(decision.action)) continue;
    const bool corrupt = decision.action == event::Action::Corrupt;
    by_id[record.id].first.push_back({static_cast<std::int64_t>(decision.action),
                                      decision.delay.count(),
                                      corrupt ? std::int64_t{decision.other} : 0});
  }
  for (const auto& arrived : path.receive(std::chrono::seconds{1000}))
    by_id[arrived.id].second.push_back(arrived.at);
  std::vector<Fate> all;
  for (const auto id : ids) all.push_back(by_id[id]);
  return all;
}

TEST(Dice, OneSeedIsOneRunAndAnotherIsAnother) {
  EXPECT_EQ(fates(kMany, 7), fates(kMany, 7));
  EXPECT_NE(fates(kMany, 7), fates(kMany, 8));
}

TEST(Dice, TakingOneFaultAwayMovesNoOthersDraws) {
  for (std::uint64_t seed = 0; seed < 20; ++seed) {
    for (std::size_t gone = 0; gone < kMany.size(); ++gone) {
      auto fewer = kMany;
      fewer.erase(fewer.begin() + static_cast<std::ptrdiff_t>(gone));
      constexpr event::Action kActions[] = {event::Action::Delay, event::Action::Corrupt,
                                            event::Action::Hold, event::Action::Drop};
      // A datagram that is dropped or held meets no later fault; what it meets is the same.
      const bool hides = gone == 2;
      const auto others = [&](event::Action action) {
        return action != kActions[gone] && !(hides && action == event::Action::Drop);
      };
      const auto with = fates(kMany, seed, others), without = fates(fewer, seed, others);
      for (std::size_t i = 0; i < with.size(); ++i) {
        ASSERT_EQ(with[i].first, without[i].first) << "seed " << seed << " without " << gone;
      }
    }
  }
}

// What a fault decided about each datagram: by its place in the list that is whole.
using Decided = std::map<std::pair<std::size_t, std::uint32_t>, std::vector<Decision>>;
struct Story {
  Decided decided;
  std::map<std::uint32_t, std::size_t> ended;  // By datagram: the fault that dropped it.
  bool never(std::uint32_t datagram, std::size_t before) const {
    const auto found = ended.find(datagram);
    return found == ended.end() || found->second > before;
  }
};

// `gone` is left out of the list. Datagrams are named by their place among those that are sent.
Story story(const std::vector<Fault>& faults, std::optional<std::size_t> gone, std::uint64_t seed) {
  auto list = faults;
  if (gone) list.erase(list.begin() + static_cast<std::ptrdiff_t>(*gone));
  Path path{list, seed};
  base::Rng traffic{seed};
  std::map<std::uint32_t, std::uint32_t> place;  // Copies have none.
  for (std::uint32_t i = 0; i < 120; ++i) {
    const auto flags = traffic.below(4) == 0 ? wire::kAck | wire::kFin : wire::kAck;
    const auto direction = traffic.below(2) == 0 ? Direction::ToTarget : Direction::FromTarget;
    place[path.send(clock::Duration{i} * 1'000'000, flags, traffic.below(60), direction)] = i;
  }
  Story told;
  for (const event::Record& record : path.trace.records()) {
    if (record.kind != event::Kind::Decision || !place.contains(record.id)) continue;
    auto decision = event::decision(path.trace, record);
    const auto fault = decision.fault + (gone && decision.fault >= *gone ? 1u : 0u);
    decision.fault = 0;
    if (decision.action == event::Action::Duplicate) decision.other = 0;  // A name, no draw.
    if (decision.action == event::Action::Drop) told.ended[place[record.id]] = fault;
    told.decided[{fault, place[record.id]}].push_back(decision);
  }
  return told;
}

const char* const kAnyOf[] = {"loss 20%",
                              "loss 20% 50% from-target",
                              "loss gemodel 10% 30%",
                              "loss state 5% 40% 10% 50% 2%",
                              "loss 5% burst 3 data",
                              "drop every 7",
                              "drop FIN nth 2..3",
                              "loss 20%",
                              "delay 20ms +- 5ms normal to-target",
                              "delay 1ms..9ms correlation 40%",
                              "delay 5ms +- 4ms pareto FIN",
                              "delay 9ms +- 4ms paretonormal every 3",
                              "duplicate 10%",
                              "duplicate gemodel 10% 50%",
                              "reorder 25% gap 2 behind 2",
                              "corrupt 20% seq|ack bits 2 checksum repaired",
                              "corrupt 20% payload data",
                              "drop from 20ms to 40ms"};

// Judged over lists by chance, faults that are alike among them: with one of them gone, the others
// do to every datagram what they did, and what they would have done to those that it dropped is
// new. Truncation, a wire's rate and order depend on what came before, and not on dice.
TEST(Dice, OneFaultRemovedTheOthersHitTheSameDatagrams) {
  std::size_t compared = 0;
  for (std::uint64_t seed = 1; seed <= 300; ++seed) {
    base::Rng rng = base::Rng{seed}.fork("lists");
    std::string text;
    for (auto n = 2 + rng.below(6); n > 0; --n) {
      text += (text.empty() ? "" : "; ") + std::string(kAnyOf[rng.below(std::size(kAnyOf))]);
    }
    const auto faults = parse_faults(text).value();
    const auto whole = story(faults, std::nullopt, seed);
    for (std::size_t gone = 0; gone < faults.size(); ++gone) {
      const auto fewer = story(faults, gone, seed);
      for (const auto& [key, decisions] : whole.decided) {
        if (key.first == gone) continue;
        const auto same = fewer.decided.find(key);
        ASSERT_NE(same, fewer.decided.end()) << text << " without " << gone << ", seed " << seed;
        ASSERT_EQ(same->second, decisions) << text << " without " << gone << ", seed " << seed;
        ++compared;
      }
      for (const auto& [key, decisions] : fewer.decided) {
        if (whole.decided.contains(key)) continue;
        ASSERT_FALSE(whole.never(key.second, key.first)) << text << " without " << gone;
      }
    }
  }
  EXPECT_GT(compared, 100'000u);
}

// The same comparison sees it when streams go by the place in the list.
TEST(Dice, TheDiceOfAFaultAreItsOwnAndNotThoseOfItsPlace) {
  const auto fates_of = [](std::string_view text) {
    return fates(parse_faults(text).value(), 3,
                 [](event::Action a) { return a == event::Action::Drop; });
  };
  EXPECT_EQ(fates_of("loss 30%; delay 1ms"), fates_of("delay 1ms; loss 30%"));
  EXPECT_NE(fates_of("loss 30%; delay 1ms"), fates_of("loss 30% dice 2; delay 1ms"));
  EXPECT_EQ(fates_of("loss 30%; loss 30%"), fates_of("loss 30%; loss 30% dice 2"));
}

}  // namespace
}  // namespace harness::link
