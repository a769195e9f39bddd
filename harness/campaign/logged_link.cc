#include "harness/campaign/logged_link.h"

#include <algorithm>
#include <optional>
#include <utility>

#include "harness/base/bytes.h"
#include "harness/event/decision.h"
#include "harness/link/mangle.h"
#include "harness/scenario/run_loop.h"
#include "harness/wire/datagram_view.h"
#include "harness/wire/icmp.h"

namespace harness::campaign {

using event::Direction;
using event::Kind;

namespace {

// Rounds in which something is due, out of its place: then this run is not that one.
constexpr int kLinkPatience = 60;

// A copy, or a message of the link's own to whom it takes the datagram from.
bool makes_another(const event::Decision& decision) {
  return decision.action == event::Action::Duplicate || decision.action == event::Action::TooBig;
}

}  // namespace

LoggedLink::LoggedLink(const event::Trace& log, May may)
    : Link({}, base::Rng{0}), log_(log), may_(std::move(may)) {
  // Of every datagram, and of every copy of one, the passage it belongs to.
  std::map<std::uint32_t, std::pair<std::size_t, std::size_t>> whose;
  for (std::uint32_t i = 0; i < log.size(); ++i) {
    const auto& record = log[i];
    const auto direction = static_cast<std::size_t>(record.direction);
    const bool in = record.direction == Direction::ToTarget;
    asked_ = asked_ || (record.kind == Kind::Call && record.id >= scenario::kFirstQuestion);
    auto& passages = passages_[direction];
    if (record.kind == (in ? Kind::PeerPacket : Kind::Packet)) {
      whose[record.id] = {direction, passages.size()};
      passages.push_back({.entered = i});
      continue;
    }
    const auto found = whose.find(record.id);
    if (found == whose.end()) continue;
    auto& passage = passages_[found->second.first][found->second.second];
    if (record.kind == Kind::Decision) {
      passage.decisions.push_back(i);
      const auto decision = event::decision(log, record);
      if (makes_another(decision)) whose[decision.other] = found->second;
    } else if (record.kind == (in ? Kind::Packet : Kind::PeerPacket)) {
      passage.landings.push_back({record.at - log[passage.entered].at, i});
    }
  }
}

// That a datagram is too big: for the same room, about the one that is here.
event::Body LoggedLink::message(event::Span then, const event::Packet& about, event::Trace& trace) {
  base::Bytes octets;
  if (const auto ip = wire::DatagramView::parse(then)) {
    const auto icmp = wire::IcmpView::parse(*ip);
    const auto room = icmp ? icmp->mtu() : std::nullopt;
    if (room) octets = link::too_big(trace.body(about.body), *room);
  }
  return trace.keep(octets.empty() ? then : octets);
}

// The octets that arrive: those that entered, with what was changed on the way changed again.
event::Body LoggedLink::arriving(const event::Record& then, const event::Record& entered,
                                 const event::Packet& packet,
                                 std::map<std::uint32_t, event::Body>& made,
                                 event::Trace& trace) const {
  if (then.body == entered.body) return packet.body;
  if (const auto there = made.find(then.body.offset); there != made.end()) return there->second;
  const auto was = log_.body(entered), became = log_.body(then), is = trace.body(packet.body);
  const auto size =
      std::min<std::size_t>(became.size() < was.size() ? became.size() : is.size(), is.size());
  const auto room = trace.reserve(size);
  for (std::size_t i = 0; i < size; ++i) {
    const bool known = i < was.size() && i < became.size();
    room.bytes[i] = is[i] ^ (known ? was[i] ^ became[i] : std::byte{});
  }
  return made[then.body.offset] = room.body;
}

void LoggedLink::take(clock::Instant now, const event::Packet& packet, event::Trace& trace) {
  const auto direction = static_cast<std::size_t>(packet.direction);
  const auto n = taken_[direction]++;
  if (n >= passages_[direction].size()) {
    flights_.push_back({now, log_.size() + ++order_, packet});
    return;
  }
  const Passage& passage = passages_[direction][n];
  const auto& entered = log_[passage.entered];
  std::map<std::uint32_t, std::uint32_t> ids = {{entered.id, packet.id}};
  std::map<std::uint32_t, event::Body> made;
  for (const auto index : passage.decisions) {
    auto decision = event::decision(log_, log_[index]);
    if (makes_another(decision)) {
      ids[decision.other] = trace.size();
      decision.other = trace.size();
    }
    auto about = packet;
    about.id = ids.at(log_[index].id);
    event::append(trace, now, about, decision);
  }
  for (const auto& landing : passage.landings) {
    const auto& then = log_[landing.record];
    auto arrival = packet;
    arrival.id = ids.at(then.id);
    const bool answer = then.direction != packet.direction;
    if (answer) arrival.direction = then.direction;
    arrival.body = answer ? message(log_.body(then), packet, trace)
                          : arriving(then, entered, packet, made, trace);
    flights_.push_back({now + landing.after, landing.record, arrival});
  }
}

std::optional<clock::Instant> LoggedLink::next_deadline() const {
  if (flights_.empty()) return std::nullopt;
  return std::ranges::min_element(flights_, {}, &Flight::due)->due;
}

std::optional<link::Link::Arrival> LoggedLink::release(clock::Instant now) {
  const auto first = std::ranges::min_element(flights_, [](const Flight& a, const Flight& b) {
    return a.due != b.due ? a.due < b.due : a.order < b.order;
  });
  if (first == flights_.end() || first->due > now) return std::nullopt;
  if (may_ && !may_(first->order) && ++waited_ < kLinkPatience) return std::nullopt;
  waited_ = 0;
  const Arrival arrival{first->packet, first->due};
  flights_.erase(first);
  return arrival;
}

}  // namespace harness::campaign
