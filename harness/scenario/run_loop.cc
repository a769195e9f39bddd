#include "harness/scenario/run_loop.h"

#include <algorithm>
#include <optional>
#include <utility>

#include "harness/base/check.h"
#include "harness/event/end.h"
#include "harness/event/status.h"
#include "harness/wire/datagram_view.h"
#include "harness/wire/segment.h"

namespace harness::scenario {
namespace {

using clock::Instant;
using event::Direction;
using event::EndReason;
using event::Kind;
using event::Packet;

// Rounds at one instant in which somebody is due and nobody does anything.
constexpr int kIdleRounds = 1000;

}  // namespace

std::uint32_t enough_records(const event::Trace& trace) {
  const auto end = event::end_of(trace, trace[trace.size() - 1]);
  if (end.reason == event::EndReason::OutOfRecords) return kStorm;
  return std::max(kStorm, 2 * trace.size());
}

Drive::Drive(Peer& peer, link::Link& link, target::Target& target, const Limits& limits,
             event::Trace& trace)
    : peer_(peer),
      link_(link),
      target_(target),
      limits_(limits),
      trace_(trace),
      seen_(trace.size()) {
  CHECK(limits.end < clock::kNever);
}

std::optional<EndReason> Drive::go(Instant until, const std::function<bool()>& enough) {
  for (;;) {
    target_.collect(trace_);
    if (const auto reason = turn()) return reason;
    const Instant now = target_.now();
    if (enough()) return std::nullopt;
    if (now >= limits_.end) return EndReason::OutOfTime;
    if (now >= until) return std::nullopt;
    const Instant due = std::min({earliest(), until, limits_.end});
    if (stands_still(now, due)) return EndReason::Stuck;
    target_.wait(due);
  }
}

bool Drive::stands_still(Instant now, Instant due) {
  const bool still = due <= now && now == round_at_ && trace_.size() == round_size_;
  idle_ = still ? idle_ + 1 : 0;
  round_at_ = now;
  round_size_ = trace_.size();
  return idle_ > kIdleRounds;
}

// All that can happen at this instant, in the order in which causes have effects.
std::optional<EndReason> Drive::turn() {
  for (bool moved = true; moved;) {
    if (limits_.stop != nullptr && *limits_.stop != 0) return EndReason::Interrupted;
    if (trace_.size() > limits_.records || trace_.octets() > limits_.octets) {
      return EndReason::OutOfRecords;
    }
    moved = look();
    const Instant now = target_.now();
    if (const auto arrival = link_.release(now)) {
      arrive(*arrival);
      moved = true;
      continue;  // What it caused comes first.
    }
    if (const auto stimulus = peer_.act(now, trace_)) {
      act(*stimulus);
      moved = true;
    }
  }
  return std::nullopt;
}

// Hands on what the records since the last look say. True when there were any.
bool Drive::look(bool pass_on) {
  const bool any = seen_ < trace_.size();
  while (seen_ < trace_.size()) {
    const auto index = seen_++;
    const event::Record& record = trace_[index];
    const Kind kind = record.kind;
    const Instant at = record.at;
    const bool from_target = record.direction == Direction::FromTarget;
    if (kind == Kind::Packet && from_target) {
      peer_.overhear(trace_, index);
      if (pass_on) take(at, index);
    } else if (kind == Kind::Reply) {
      --pending_;
      peer_.see(trace_, index);
    } else if (kind == Kind::PeerPacket && from_target) {
      peer_.see(trace_, index);
    }
  }
  return any;
}

void Drive::arrive(const link::Link::Arrival& arrival) {
  const Packet& packet = arrival.packet;
  if (packet.direction == Direction::ToTarget) {
    const auto from = trace_.size();
    submit(packet);
    for (auto i = from; i < trace_.size(); ++i) {
      const auto& record = trace_[i];
      if (record.kind != Kind::Packet || record.direction != Direction::ToTarget) continue;
      peer_.injected(i, arrival.at, trace_);
      break;  // It is the only one, and the trace may have moved.
    }
  } else {
    // On a real clock now may be later than the arrival; that is our own slowness.
    trace_.append_packet(Kind::PeerPacket, arrival.at, packet, packet.id, trace_[packet.id].within);
  }
}

void Drive::act(const target::Stimulus& stimulus) {
  if (const auto* packet = std::get_if<Packet>(&stimulus)) {
    const Instant now = target_.now();
    const auto index = trace_.append_new_packet(Kind::PeerPacket, now, Direction::ToTarget,
                                                packet->body, event::kNoRecord);
    take(now, index);
  } else {
    ++pending_;
    const auto from = trace_.size();
    const Instant due = target_.now();
    submit(stimulus);
    const auto id = std::get<event::Call>(stimulus).id;
    for (auto i = from; i < trace_.size(); ++i) {
      if (trace_[i].kind != Kind::Call || trace_[i].id != id) continue;
      peer_.injected(i, due, trace_);
      break;
    }
  }
}

void Drive::ask(const event::Call& call) { act(call); }

// Onto the link, which is told first where the connection stands if a fault goes by that.
void Drive::take(Instant at, std::uint32_t index) {
  const Packet packet = trace_.packet(trace_[index]);
  if (link_.wants_states()) tell_state(packet.body, packet.direction);
  link_.take(at, packet, trace_);
}

void Drive::tell_state(event::Body datagram, Direction direction) {
  if (!target_.can(target::Capability::Status)) return;
  const auto ip = wire::DatagramView::parse(trace_.body(datagram));
  if (!ip || ip->protocol() != wire::kProtocolTcp || ip->fragment()) return;
  const auto segment = wire::SegmentView::parse(ip->payload());
  if (!segment) return;
  wire::FourTuple connection{.local = {ip->source(), segment->source()},
                             .remote = {ip->destination(), segment->destination()}};
  if (direction == Direction::ToTarget) std::swap(connection.local, connection.remote);
  const auto tuple = event::encode(connection);
  const event::Call call{
      .id = kFirstQuestion + questions_++, .op = event::Op::Status, .data = tuple};
  const auto from = trace_.size();
  ask(call);
  for (auto i = from; i < trace_.size(); ++i) {
    if (trace_[i].kind != Kind::Reply || trace_[i].id != call.id) continue;
    const auto reply = trace_.reply(trace_[i]);
    const auto status = event::decode_status(reply.data);
    const auto state = status ? status->state() : std::nullopt;
    return link_.know(connection, state.value_or(event::TcpState::Closed));
  }
}

// Collected before, what came is no reaction; collected after, what comes may be one.
void Drive::submit(const target::Stimulus& stimulus) {
  target_.collect(trace_);
  target_.submit(stimulus, trace_);
  target_.collect(trace_);
}

Instant Drive::earliest() const {
  Instant due = clock::kNever;
  for (const auto& deadline :
       {peer_.next_deadline(), link_.next_deadline(), target_.next_deadline()}) {
    if (deadline) due = std::min(due, *deadline);
  }
  return due;
}

void Drive::end(EndReason reason) {
  target_.conclude(trace_);
  look(false);
  peer_.finish(target_.now(), reason, trace_);
  event::append(trace_, target_.now(),
                {.reason = reason,
                 .timer_armed = target_.next_deadline().has_value(),
                 .pending_calls = pending_});
}

void run(Peer& peer, link::Link& link, target::Target& target, const Limits& limits,
         event::Trace& trace) {
  link.begin(target.now());
  Drive drive{peer, link, target, limits, trace};
  auto reason = drive.go(limits.end, [&] { return peer.done(); });
  if (!reason) {
    const Instant settled = std::min(target.now() + limits.settle, limits.end);
    reason = drive.go(settled, [] { return false; }).value_or(EndReason::Done);
    // It was done before its time was over.
    if (reason == EndReason::OutOfTime) reason = EndReason::Done;
  }
  drive.end(*reason);
}

}  // namespace harness::scenario
