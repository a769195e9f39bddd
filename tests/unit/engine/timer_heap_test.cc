#include "harness/engine/timer_heap.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <map>
#include <utility>

#include "harness/base/rng.h"

namespace harness::engine {
namespace {

using clock::Instant;
using namespace std::chrono_literals;

TEST(EngineTimerHeap, TheEarliestIsOnTopAndAmongEqualsTheLowestSlot) {
  base::Rng rng{1};
  TimerHeap heap;
  std::map<std::uint32_t, Instant> wanted;
  for (int i = 0; i < 50'000; ++i) {
    const auto slot = static_cast<std::uint32_t>(rng.below(200));
    const Instant at = clock::kStart + std::chrono::nanoseconds{rng.below(1000)};
    if (rng.chance({1, 2})) {
      heap.lower(slot, at);
      const auto [entry, fresh] = wanted.try_emplace(slot, at);
      if (!fresh) entry->second = std::min(entry->second, at);
    } else if (!wanted.empty()) {
      const Instant later = rng.chance({1, 3}) ? clock::kNever : heap.top().at + 100ns;
      const std::uint32_t top = heap.top().slot;
      heap.raise_top(later);
      later == clock::kNever ? void(wanted.erase(top)) : void(wanted[top] = later);
    }
    ASSERT_EQ(heap.empty(), wanted.empty());
    if (wanted.empty()) continue;
    const auto first = std::ranges::min_element(
        wanted, {}, [](const auto& entry) { return std::pair{entry.second, entry.first}; });
    ASSERT_EQ(heap.top().slot, first->first);
    ASSERT_EQ(heap.top().at, first->second);
  }
}

}  // namespace
}  // namespace harness::engine
