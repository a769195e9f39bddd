#include "harness/link/link.h"

#include <algorithm>
#include <string_view>
#include <utility>

#include "harness/base/check.h"
#include "harness/link/distribution.h"
#include "harness/link/strike.h"
#include "harness/wire/segment.h"
#include "harness/wire/tcp_of.h"

namespace harness::link {

using event::Packet;

namespace {

constexpr auto kLater = [](const auto& a, const auto& b) {
  return a.due != b.due ? a.due > b.due : a.order > b.order;
};

bool asks_for_flow(const Match& match) {
  return match.seq || match.retransmission != 0 || match.state;
}
bool asks_for_more(const Match& match) {
  return asks_for_flow(match) || match.length || !match.contains.empty() ||
         match.from != clock::Duration{} || match.to != clock::Duration::max();
}

// What a match asks of a datagram beside its direction.
struct Seen {
  wire::Flags flags{};
  event::Span payload{};
  bool tcp = false;
  Flows::Sight sight{};
};

bool fits(const Match& match, const Packet& packet, const Seen& seen) {
  if (match.direction && *match.direction != packet.direction) return false;
  if (match.set == wire::Flags{} && match.clear == wire::Flags{} && !match.payload) return true;
  return seen.tcp && seen.flags.has(match.set) && !seen.flags.any(match.clear) &&
         (!match.payload || *match.payload != seen.payload.empty());
}

bool fits_more(const Match& match, clock::Duration now, const Seen& seen) {
  if (now < match.from || now >= match.to) return false;
  if (match.length) {
    if (!seen.tcp || seen.payload.size() < match.length->first) return false;
    if (seen.payload.size() > match.length->last) return false;
  }
  if (!match.contains.empty()) {
    const auto wanted = std::as_bytes(std::span{match.contains});
    if (std::ranges::search(seen.payload, wanted).empty()) return false;
  }
  return !asks_for_flow(match) || (seen.tcp && aimed_at(match, seen.sight));
}

}  // namespace

Link::Link(std::vector<Fault> faults, base::Rng rng)
    : faults_(std::move(faults)), tallies_(faults_.size()) {
  CHECK(faults_.size() <= kFaultsMax);  // One bit each, below.
  stages_.reserve(faults_.size());
  for (std::size_t i = 0; i < faults_.size(); ++i) {
    Fault& fault = faults_[i];
    CHECK(sound(fault));
    const auto before = faults_.begin() + static_cast<std::ptrdiff_t>(i);
    while (std::find(faults_.begin(), before, fault) != before) ++fault.dice;
    const auto dice = std::exchange(fault.dice, 0);  // No part of the name: nth() tells them apart.
    const auto its_own = rng.fork(print(fault)).nth(dice);
    fault.dice = dice;
    Stage stage{.rng = its_own, .picker = Picker{its_own.fork("picks")}};
    const auto* delay = std::get_if<Delay>(&fault.action);
    stage.remembers = !std::holds_alternative<Independent>(fault.pattern) ||
                      (delay != nullptr && delay->correlation != kNever);
    stage.aims = asks_for_more(fault.match);
    wants_flows_ = wants_flows_ || asks_for_flow(fault.match);
    wants_states_ = wants_states_ || fault.match.state;
    stages_.push_back(std::move(stage));
  }
}

// Which faults concern this datagram. Counted where it enters the link, before any fault, so that
// "nth" means the same whatever the faults before it do.
Link::Concerns Link::concerns(clock::Instant now, const Packet& packet, const event::Trace& log) {
  Seen seen;
  const auto ip = wire::DatagramView::parse(log.body(packet.body));
  if (const auto tcp = ip ? wire::tcp_of(*ip) : std::nullopt) {
    seen.flags = tcp->flags();
    seen.payload = tcp->payload();
    seen.tcp = true;
    if (wants_flows_) seen.sight = flows_.see(packet.direction, *ip, *tcp);
  }
  Concerns concerns;
  for (std::size_t i = 0; i < faults_.size(); ++i) {
    const Match& match = faults_[i].match;
    Stage& stage = stages_[i];
    if (!fits(match, packet, seen)) continue;
    if (stage.aims && !fits_more(match, now - start_, seen)) continue;
    const auto n = ++stage.matched;
    if (match.nth != 0 && (n < match.nth || n > std::max(match.nth, match.nth_last))) continue;
    concerns.met |= std::uint64_t{1} << i;
    if (stage.remembers) remember(i, concerns);
  }
  return concerns;
}

void Link::remember(std::size_t fault, Concerns& concerns) {
  Stage& stage = stages_[fault];
  const bool picks = stage.picker.next(faults_[fault]);
  if (picks) concerns.picked |= std::uint64_t{1} << fault;
  const auto* delay = std::get_if<Delay>(&faults_[fault].action);
  if (delay == nullptr || delay->correlation == kNever) return;
  auto rng = stage.rng.fork("delay").nth(stage.matched);
  const bool same = rng.chance(delay->correlation);
  if (!stage.begun || !same) stage.last = draw(*delay, rng);
  stage.begun = true;
}

void Link::take(clock::Instant now, const Packet& packet, event::Trace& log) {
  if (faults_.empty()) {
    depart(now, packet);
    return;
  }
  const auto concerned = concerns(now, packet, log);
  const auto from_target = packet.direction == event::Direction::FromTarget;
  const auto ordinal = ++taken_[from_target] << 1 | (from_target ? 1u : 0u);
  pass(0, {.packet = packet, .now = now, .due = now, .ordinal = ordinal, .concerns = concerned},
       log);
}

void Link::pass(std::size_t first, Passing passing, event::Trace& log) {
  for (std::size_t i = first; i < faults_.size(); ++i) {
    if ((passing.concerns.met >> i & 1) == 0) continue;
    ++tallies_[i].met;
    base::Rng rng = stages_[i].rng.nth(passing.ordinal);
    // Its own luck comes first, whatever is drawn behind it.
    const bool picked = std::holds_alternative<Independent>(faults_[i].pattern)
                            ? std::holds_alternative<Delay>(faults_[i].action) ||
                                  rng.chance(rate_of(faults_[i].action))
                            : (passing.concerns.picked >> i & 1) != 0;
    if (!picked) continue;
    Strike strike{*this, i, rng, passing, log};
    if (!std::visit([&](const auto& action) { return strike(action); }, faults_[i].action)) return;
  }
  if (!passing.held) return depart(passing.due, passing.packet);
  held_.push_back(
      {{passing.due, ++order_, passing.packet}, passing.due + passing.held_for, passing.behind});
}

void Link::push(clock::Instant due, std::uint64_t order, const Packet& packet) {
  Flight& flight = flights_.emplace_back();
  flight.due = due;
  flight.order = order;
  flight.packet = packet;
  if (flights_.size() > 1) std::ranges::push_heap(flights_, kLater);
}

void Link::depart(clock::Instant due, const Packet& packet) {
  push(due, ++order_, packet);
  for (std::size_t i = 0; i < held_.size();) {
    Held& held = held_[i];
    if (held.flight.packet.direction != packet.direction || --held.behind > 0) {
      ++i;
      continue;
    }
    push(std::max(due, held.flight.due), ++order_, held.flight.packet);
    held_.erase(held_.begin() + static_cast<std::ptrdiff_t>(i));
  }
}

std::optional<clock::Instant> Link::next_deadline() const {
  std::optional<clock::Instant> earliest;
  if (!flights_.empty()) earliest = flights_.front().due;
  for (const Held& held : held_) {
    if (!earliest || held.latest < *earliest) earliest = held.latest;
  }
  return earliest;
}

std::optional<Link::Arrival> Link::release(clock::Instant now) {
  for (std::size_t i = 0; i < held_.size();) {
    if (held_[i].latest > now) {
      ++i;
      continue;
    }
    push(held_[i].latest, held_[i].flight.order, held_[i].flight.packet);
    held_.erase(held_.begin() + static_cast<std::ptrdiff_t>(i));
  }
  if (flights_.empty() || flights_.front().due > now) return std::nullopt;
  const Arrival arrival{flights_.front().packet, flights_.front().due};
  if (flights_.size() > 1) std::ranges::pop_heap(flights_, kLater);
  flights_.pop_back();
  return arrival;
}

}  // namespace harness::link
