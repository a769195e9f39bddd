#include "harness/campaign/swarm_faults.h"

#include <array>
#include <chrono>
#include <cstdint>

#include "harness/base/check.h"

namespace harness::campaign {
namespace {

using base::Ratio;
using base::Rng;
using clock::Duration;
using std::chrono::microseconds;
using std::chrono::milliseconds;

std::uint32_t between(Rng& rng, std::uint32_t least, std::uint32_t most) {
  return least + static_cast<std::uint32_t>(rng.below(most - least + 1));
}

Ratio percent(Rng& rng, std::uint32_t least, std::uint32_t most) {
  return {between(rng, least, most), 100};
}

Duration draw_time(Rng& rng, const SwarmTaste& taste) {
  if (taste.real_time) return microseconds{2 * between(rng, 50, 1000)};
  constexpr std::array<std::uint32_t, 5> kMost = {1000, 20'000, 300'000, 1'500'000, 8'000'000};
  return microseconds{2 * between(rng, 1, kMost[rng.below(kMost.size())] / 2)};
}

// Half of them are what strikes first in a connection: its SYN, its FIN, data, none.
void draw_segment(Rng& rng, link::Match& match) {
  constexpr std::array kBits = {wire::kSyn, wire::kFin, wire::kRst, wire::kPsh, wire::kAck};
  switch (rng.below(10)) {
    case 0:
    case 1:
      match.set = kBits[rng.below(kBits.size())];
      break;
    case 2:
      match.clear = kBits[rng.below(kBits.size())];
      break;
    case 3:
      match.payload = rng.chance({1, 2});
      break;
    case 4: {
      const auto first = between(rng, 1, 600);
      match.length = link::Range{first, first + between(rng, 0, 1000)};
      break;
    }
    case 5: {
      const auto first = between(rng, 0, 2000);
      match.seq = link::Range{first, first + between(rng, 0, 1000)};
      break;
    }
    case 6:
      match.retransmission = between(rng, 1, 3);
      break;
    default:
      break;
  }
}

void draw_moment(Rng& rng, const SwarmTaste& taste, link::Match& match) {
  switch (rng.below(8)) {
    case 0:
      match.nth = between(rng, 1, 6);
      if (rng.chance({1, 2})) match.nth_last = match.nth + between(rng, 1, 4);
      break;
    case 1:
      match.from = draw_time(rng, taste);
      if (rng.chance({1, 2})) match.to = match.from + draw_time(rng, taste);
      break;
    case 2: {
      constexpr std::array kPhases = {link::Phase::Until, link::Phase::While, link::Phase::Since};
      using enum event::TcpState;
      constexpr std::array kStates = {Established, SynSent,   SynReceived, FinWait1, FinWait2,
                                      TimeWait,    CloseWait, LastAck,     Closing};
      match.state =
          link::StateMatch{kPhases[rng.below(kPhases.size())], kStates[rng.below(kStates.size())]};
      break;
    }
    default:
      break;
  }
}

link::Match draw_match(Rng& rng, const SwarmTaste& taste) {
  link::Match match;
  const auto way = rng.below(3);
  if (way == 1) match.direction = event::Direction::ToTarget;
  if (way == 2) match.direction = event::Direction::FromTarget;
  draw_segment(rng, match);
  draw_moment(rng, taste, match);
  return match;
}

// Which of those it concerns; with it goes the rate.
link::Pattern draw_pattern(Rng& rng) {
  switch (rng.below(10)) {
    case 0:
      return link::Correlated{percent(rng, 10, 90)};
    case 1:
      return link::Markov{.p13 = percent(rng, 1, 20),
                          .p31 = percent(rng, 10, 60),
                          .p32 = percent(rng, 0, 30),
                          .p23 = percent(rng, 10, 60),
                          .p14 = percent(rng, 0, 5)};
    case 2:
      return link::GilbertElliott{.p = percent(rng, 1, 20),
                                  .r = percent(rng, 20, 80),
                                  .in_bad = percent(rng, 50, 100),
                                  .in_good = percent(rng, 0, 3)};
    case 3:
      return link::Every{between(rng, 2, 9)};
    case 4:
      return link::Burst{between(rng, 2, 4)};
    default:
      return link::Independent{};
  }
}

link::Action draw_delay(Rng& rng, const SwarmTaste& taste) {
  constexpr std::array kShapes = {link::Shape::Uniform, link::Shape::Uniform, link::Shape::Normal,
                                  link::Shape::Pareto, link::Shape::ParetoNormal};
  const auto most = draw_time(rng, taste);
  link::Delay delay{.most = most, .shape = kShapes[rng.below(kShapes.size())]};
  if (delay.shape == link::Shape::Uniform && rng.chance({1, 2})) delay.least = most;
  if (rng.chance({1, 4})) delay.correlation = percent(rng, 10, 90);
  delay.in_order = rng.chance({1, 3});
  return delay;
}

link::Action draw_corruption(Rng& rng, Ratio rate) {
  namespace field = link::field;
  constexpr std::array<std::uint16_t, 11> kFields = {0,
                                                     field::kPorts,
                                                     field::kSeq,
                                                     field::kAck,
                                                     field::kOffset,
                                                     field::kFlags,
                                                     field::kWindow,
                                                     field::kChecksum,
                                                     field::kUrgent,
                                                     field::kOptions,
                                                     field::kPayload};
  return link::Corrupt{.rate = rate,
                       .fields = kFields[rng.below(kFields.size())],
                       .bits = rng.chance({1, 2}) ? 1u : between(rng, 2, 16),
                       .repaired = rng.chance({1, 3})};
}

}  // namespace

link::Fault draw_any_fault(Rng& rng, const SwarmTaste& taste) {
  link::Fault fault{.action = link::Drop{}, .match = draw_match(rng, taste)};
  const bool aimed = fault.match.nth != 0 || fault.match.retransmission != 0;
  Ratio rate = aimed && rng.chance({3, 4}) ? link::kAlways : percent(rng, 1, 25);
  if (!aimed) fault.pattern = draw_pattern(rng);
  // These have rates of their own.
  const bool own = std::holds_alternative<link::Markov>(fault.pattern) ||
                   std::holds_alternative<link::GilbertElliott>(fault.pattern);
  if (own) rate = link::kAlways;
  switch (rng.below(12)) {
    case 0:
    case 1:
    case 2:
      fault.action = link::Drop{rate};
      break;
    case 3:
      fault.action = link::Duplicate{rate};
      break;
    case 4:
      fault.action = link::Reorder{rate, between(rng, 1, 4), draw_time(rng, taste)};
      break;
    case 5:
      fault.action = draw_corruption(rng, rate);
      break;
    case 6: {
      link::Truncate cut{.rate = rate, .repaired = rng.chance({1, 3})};
      if (rng.chance({1, 2})) cut.at = between(rng, 20, 100);
      fault.action = cut;
      break;
    }
    case 7:
    case 8:
      fault.action = draw_delay(rng, taste);
      fault.pattern = link::Independent{};
      break;
    case 9:
      fault.action =
          link::Bandwidth{.bits_per_second = std::uint64_t{between(rng, 20, 10'000)} * 1000,
                          .queue = rng.chance({1, 2}) ? between(rng, 1, 10) : 0};
      fault.pattern = link::Independent{};
      break;
    case 10:
      fault.action = link::Mtu{.octets = between(rng, 68, 1600), .icmp = rng.chance({2, 3})};
      fault.pattern = link::Independent{};
      break;
    default: {  // Nothing gets through for a while.
      fault.match = {.direction = fault.match.direction, .from = draw_time(rng, taste)};
      fault.match.to = fault.match.from + draw_time(rng, taste);
      fault.pattern = link::Independent{};
      break;
    }
  }
  CHECK(link::sound(fault));
  return fault;
}

}  // namespace harness::campaign
