#include "harness/campaign/swarm_plan.h"

#include <array>
#include <chrono>
#include <utility>

#include "harness/campaign/swarm_faults.h"

namespace harness::campaign {
namespace {

using std::chrono::microseconds;
using std::chrono::milliseconds;
using std::chrono::seconds;

link::Match draw_match(base::Rng& rng) {
  link::Match match;
  switch (rng.below(4)) {
    case 0:
      match.direction = event::Direction::ToTarget;
      break;
    case 1:
      match.direction = event::Direction::FromTarget;
      break;
    default:
      break;
  }
  switch (rng.below(8)) {
    case 0:
      match.set = wire::kSyn;
      break;
    case 1:
      match.set = wire::kFin;
      break;
    case 2:
      match.payload = true;
      break;
    case 3:
      match.payload = false;
      break;
    default:
      break;
  }
  return match;
}

link::Fault draw_fault(base::Rng& rng, const SwarmTaste& taste) {
  link::Fault fault{.action = link::Drop{}, .match = draw_match(rng)};
  const base::Ratio rate{static_cast<std::uint32_t>(1 + rng.below(25)), 100};
  const auto short_time = [&]() -> clock::Duration {
    if (taste.real_time) return microseconds{100 + rng.below(2000)};
    constexpr std::array<int, 5> kMost = {1, 20, 300, 1500, 8000};
    return microseconds{1 + rng.below(static_cast<std::uint64_t>(kMost[rng.below(5)]) * 1000)};
  };
  switch (rng.below(6)) {
    case 0:
      fault.action = link::Drop{rate};
      break;
    case 1:
      fault.match.nth = static_cast<std::uint32_t>(1 + rng.below(4));
      break;
    case 2: {
      const auto most = short_time();
      fault.action = link::Delay{rng.chance({1, 2}) ? most : clock::Duration{}, most};
      break;
    }
    case 3:
      fault.action =
          link::Reorder{rate, static_cast<std::uint32_t>(1 + rng.below(3)), short_time()};
      break;
    case 4:
      fault.action = link::Duplicate{rate};
      break;
    default:
      fault.action = link::Corrupt{rate};
      break;
  }
  return fault;
}

}  // namespace

void draw_plan(base::Rng rng, const SwarmTaste& taste, SwarmPlan& plan) {
  plan.ip = taste.ipv6 && rng.chance({1, 4}) ? wire::IpVersion::V6 : wire::IpVersion::V4;
  plan.strands = static_cast<std::uint8_t>(rng.chance({1, 10}) ? 2 + rng.below(2) : 1);
  plan.active = 0;
  for (unsigned i = 0; i < plan.strands; ++i) {
    plan.active = static_cast<std::uint8_t>(plan.active | (rng.chance({2, 5}) ? 1u : 0u) << i);
  }
  plan.steps = static_cast<std::uint16_t>(10 + rng.below(24) + 10u * (plan.strands - 1u));
  plan.closing = static_cast<std::uint16_t>(rng.chance({4, 5}) ? 4 + rng.below(10) : 0);
  constexpr std::array<base::Ratio, 5> kSpice = {{{0, 1}, {1, 20}, {1, 10}, {1, 5}, {2, 5}}};
  plan.spice = kSpice[rng.below(kSpice.size())];
  if (taste.real_time) {
    const auto draw = rng.below(100);
    plan.patience = static_cast<std::uint8_t>(draw < 85 ? 0 : draw < 97 ? 1 : 2);
    plan.settle = plan.patience == 2 ? milliseconds{300} : milliseconds{5};
  } else {
    plan.patience = static_cast<std::uint8_t>(rng.below(4));
    constexpr std::array<milliseconds, 8> kSettles = {
        milliseconds{5},   milliseconds{5},    milliseconds{5},      milliseconds{5},
        milliseconds{600}, milliseconds{1100}, milliseconds{10'000}, milliseconds{400'000}};
    plan.settle = kSettles[rng.below(kSettles.size())];
  }
  plan.faults.clear();
  if (!taste.faults || rng.chance({2, 5})) return;
  const auto count = 1 + rng.below(3);
  for (std::uint64_t i = 0; i < count; ++i) {
    if (taste.all_faults) {
      plan.faults = link::joined(std::move(plan.faults), {draw_any_fault(rng, taste)});
    } else {
      plan.faults.push_back(draw_fault(rng, taste));
    }
  }
}

std::optional<std::uint32_t> draw_first_isn(base::Rng rng) {
  const auto half = rng.below(4);
  if (half > 1) return std::nullopt;
  const std::uint64_t before = 1 + (rng.chance({1, 2}) ? rng.below(200) : rng.below(5000));
  return static_cast<std::uint32_t>((half << 31) - before);
}

clock::Duration draw_pause(base::Rng& rng, const SwarmTaste& taste, const SwarmPlan& plan) {
  const auto draw = rng.below(1000);
  if (draw < 700) return {};
  if (taste.real_time) {
    if (plan.patience == 0 || draw < 900) return microseconds{50 + rng.below(500)};
    if (plan.patience == 1 || draw < 970) return milliseconds{1 + rng.below(45)};
    return milliseconds{200 + rng.below(1000)};
  }
  // From a round trip to what outlasts a delayed ACK, an RTO, a TIME-WAIT, keep-alive.
  if (draw < 850) return microseconds{1 + rng.below(20'000)};
  if (draw < 920 || plan.patience == 0) return milliseconds{20 + rng.below(300)};
  if (draw < 970 || plan.patience == 1) return milliseconds{400 + rng.below(2000)};
  if (draw < 990 || plan.patience == 2) return seconds{2 + rng.below(15)};
  if (draw < 998) return seconds{20 + rng.below(260)};
  return seconds{7100 + rng.below(400)};
}

}  // namespace harness::campaign
