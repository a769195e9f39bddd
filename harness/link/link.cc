#include "harness/link/link.h"

#include <algorithm>
#include <map>
#include <string>
#include <utility>

#include "harness/base/bytes.h"
#include "harness/base/check.h"
#include "harness/event/decision.h"
#include "harness/wire/datagram_view.h"
#include "harness/wire/segment.h"
#include "harness/wire/tcp_of.h"

namespace harness::link {

using event::Action;
using event::Decision;
using event::Packet;

namespace {

constexpr auto kLater = [](const auto& a, const auto& b) {
  return a.due != b.due ? a.due > b.due : a.order > b.order;
};

bool fits(const Match& match, const Packet& packet, wire::Flags flags, bool payload, bool tcp) {
  if (match.direction && *match.direction != packet.direction) return false;
  if (match.set == wire::Flags{} && match.clear == wire::Flags{} && !match.payload) return true;
  return tcp && flags.has(match.set) && !flags.any(match.clear) &&
         (!match.payload || *match.payload == payload);
}

// The datagram again with one bit flipped behind its IP header. Returns which bit.
std::uint32_t flip(Packet& packet, base::Rng& rng, event::Trace& log) {
  const auto before = log.body(packet.body);
  const auto ip = wire::DatagramView::parse(before);
  const std::size_t spared = ip && ip->header().size() < before.size() ? ip->header().size() : 0;
  const auto bit = static_cast<std::uint32_t>(spared * 8 + rng.below((before.size() - spared) * 8));
  const auto room = log.reserve(before.size());
  std::ranges::copy(before, room.bytes.begin());
  room.bytes[bit / 8] ^= std::byte{1} << (7 - bit % 8);
  packet.body = room.body;
  return bit;
}

}  // namespace

Link::Link(std::vector<Fault> faults, base::Rng rng)
    : faults_(std::move(faults)), struck_(faults_.size()) {
  CHECK(faults_.size() <= 64);  // One bit each, below.
  std::map<std::string, int> same;
  for (const Fault& fault : faults_) {
    const auto* delay = std::get_if<Delay>(&fault.action);
    const auto* reorder = std::get_if<Reorder>(&fault.action);
    CHECK(delay == nullptr || (delay->least.count() >= 0 && delay->least <= delay->most));
    CHECK(reorder == nullptr || reorder->behind > 0);
    const std::string label = print(fault);
    stages_.push_back({.rng = rng.fork(label).nth(static_cast<std::uint64_t>(same[label]++))});
  }
}

// Bit n: fault n concerns this datagram. Counted where it enters the link, before any fault, so
// that "nth" means the same whatever the faults before it do.
std::uint64_t Link::matches(const Packet& packet, const event::Trace& log) {
  wire::Flags flags;
  bool payload = false, tcp = false;
  if (const auto seen = wire::tcp_of(log.body(packet.body))) {
    flags = seen->tcp.flags();
    payload = !seen->tcp.payload().empty();
    tcp = true;
  }
  std::uint64_t set = 0;
  for (std::size_t i = 0; i < faults_.size(); ++i) {
    const Match& match = faults_[i].match;
    if (!fits(match, packet, flags, payload, tcp)) continue;
    if (const auto n = ++stages_[i].matched; match.nth != 0 && match.nth != n) continue;
    set |= std::uint64_t{1} << i;
  }
  return set;
}

void Link::take(clock::Instant now, const Packet& packet, event::Trace& log) {
  if (faults_.empty()) {
    depart(now, packet);
    return;
  }
  const auto matched_by = matches(packet, log);
  const auto from_target = packet.direction == event::Direction::FromTarget;
  const auto ordinal = ++taken_[from_target] << 1 | (from_target ? 1u : 0u);
  pass(0, ordinal, now, now, packet, matched_by, log);
}

void Link::pass(std::size_t first, std::uint64_t ordinal, clock::Instant now, clock::Instant due,
                Packet packet, std::uint64_t matched_by, event::Trace& log) {
  for (std::size_t i = first; i < faults_.size(); ++i) {
    if ((matched_by >> i & 1) == 0) continue;
    base::Rng rng = stages_[i].rng.nth(ordinal);
    Decision decision{.fault = static_cast<std::uint32_t>(i)};
    const auto record = [&] {
      ++struck_[i];
      event::append(log, now, packet, decision);
    };
    const auto strikes = [&](const auto& fault) { return rng.chance(fault.rate); };

    if (const auto* drop = std::get_if<Drop>(&faults_[i].action)) {
      if (!strikes(*drop)) continue;
      decision.action = Action::Drop;
      record();
      return;
    } else if (const auto* delay = std::get_if<Delay>(&faults_[i].action)) {
      const auto span = static_cast<std::uint64_t>((delay->most - delay->least).count());
      decision.action = Action::Delay;
      decision.delay =
          delay->least + clock::Duration{static_cast<std::int64_t>(rng.below(span + 1))};
      record();
      due += decision.delay;
    } else if (const auto* reorder = std::get_if<Reorder>(&faults_[i].action)) {
      if (!strikes(*reorder)) continue;
      decision.action = Action::Hold;
      decision.behind = reorder->behind;
      decision.delay = reorder->at_most;
      record();
      held_.push_back({{due, ++order_, packet}, due + reorder->at_most, reorder->behind});
      return;  // A held datagram has passed the faults behind this one.
    } else if (const auto* duplicate = std::get_if<Duplicate>(&faults_[i].action)) {
      if (!strikes(*duplicate)) continue;
      decision.action = Action::Duplicate;
      decision.other = log.size();
      record();
      Packet copy = packet;
      copy.id = decision.other;
      pass(i + 1, ordinal, now, due, packet, matched_by, log);
      // The copy meets the other faults with luck of its own.
      const auto its_own = stages_[i].rng.nth(ordinal).fork("copy").next();
      pass(i + 1, its_own, now, due, copy, matched_by, log);
      return;
    } else if (const auto* corrupt = std::get_if<Corrupt>(&faults_[i].action)) {
      if (!strikes(*corrupt) || packet.body.length == 0) continue;
      decision.action = Action::Corrupt;
      decision.other = flip(packet, rng, log);
      record();
    }
  }
  depart(due, packet);
}

void Link::push(Flight flight) {
  flights_.push_back(flight);
  std::ranges::push_heap(flights_, kLater);
}

void Link::depart(clock::Instant due, const Packet& packet) {
  push({due, ++order_, packet});
  for (std::size_t i = 0; i < held_.size();) {
    Held& held = held_[i];
    if (held.flight.packet.direction != packet.direction || --held.behind > 0) {
      ++i;
      continue;
    }
    push({std::max(due, held.flight.due), ++order_, held.flight.packet});
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
    push({held_[i].latest, held_[i].flight.order, held_[i].flight.packet});
    held_.erase(held_.begin() + static_cast<std::ptrdiff_t>(i));
  }
  if (flights_.empty() || flights_.front().due > now) return std::nullopt;
  const Arrival arrival{flights_.front().packet, flights_.front().due};
  std::ranges::pop_heap(flights_, kLater);
  flights_.pop_back();
  return arrival;
}

}  // namespace harness::link
