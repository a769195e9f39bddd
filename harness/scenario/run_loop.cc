#include "harness/scenario/run_loop.h"

#include <algorithm>
#include <optional>

#include "harness/base/check.h"
#include "harness/event/end.h"

namespace harness::scenario {
namespace {

using clock::Instant;
using event::Direction;
using event::EndReason;
using event::Kind;
using event::Packet;

// Rounds at one instant in which somebody is due and nobody does anything.
constexpr int kIdleRounds = 1000;

class Loop {
 public:
  Loop(Peer& peer, link::Link& link, target::Target& target, const Limits& limits,
       event::Trace& trace)
      : peer_(peer),
        link_(link),
        target_(target),
        limits_(limits),
        trace_(trace),
        seen_(trace.size()) {
    CHECK(limits.end < clock::kNever);
  }

  void go() {
    for (;;) {
      target_.collect(trace_);
      if (const auto reason = turn()) return end(*reason);
      const Instant now = target_.now();
      if (!done_at_ && peer_.done()) done_at_ = now;
      const Instant horizon =
          done_at_ ? std::min(*done_at_ + limits_.settle, limits_.end) : limits_.end;
      if (now >= horizon) return end(done_at_ ? EndReason::Done : EndReason::OutOfTime);
      const Instant due = std::min(earliest(), horizon);
      if (stands_still(now, due)) return end(EndReason::Stuck);
      target_.wait(due);
    }
  }

 private:
  bool stands_still(Instant now, Instant due) {
    const bool still = due <= now && now == round_at_ && trace_.size() == round_size_;
    idle_ = still ? idle_ + 1 : 0;
    round_at_ = now;
    round_size_ = trace_.size();
    return idle_ > kIdleRounds;
  }

  // All that can happen at this instant, in the order in which causes have effects.
  std::optional<EndReason> turn() {
    for (bool moved = true; moved;) {
      if (limits_.stop != nullptr && *limits_.stop != 0) return EndReason::Interrupted;
      if (trace_.size() > limits_.records || trace_.octets() > limits_.octets) {
        return EndReason::OutOfRecords;
      }
      moved = look();
      if (const auto arrival = link_.release(target_.now())) {
        arrive(*arrival);
        moved = true;
        continue;  // What it caused comes first.
      }
      if (const auto stimulus = peer_.act(target_.now(), trace_)) {
        act(*stimulus);
        moved = true;
      }
    }
    return std::nullopt;
  }

  // Hands on what the records since the last look say. True when there were any.
  bool look(bool pass_on = true) {
    const bool any = seen_ < trace_.size();
    while (seen_ < trace_.size()) {
      const auto index = seen_++;
      const event::Record record = trace_[index];
      const bool from_target = record.direction == Direction::FromTarget;
      if (record.kind == Kind::Packet && from_target) {
        if (pass_on) link_.take(record.at, trace_.packet(record), trace_);
      } else if (record.kind == Kind::Reply) {
        --pending_;
        peer_.see(trace_, index);
      } else if (record.kind == Kind::PeerPacket && from_target) {
        peer_.see(trace_, index);
      }
    }
    return any;
  }

  void arrive(const link::Link::Arrival& arrival) {
    const Packet& packet = arrival.packet;
    if (packet.direction == Direction::ToTarget) {
      submit(packet);
    } else {
      // On a real clock now may be later than the arrival; that is our own slowness.
      trace_.append_packet(Kind::PeerPacket, arrival.at, packet, packet.id,
                           trace_[packet.id].within);
    }
  }

  void act(const target::Stimulus& stimulus) {
    if (const auto* packet = std::get_if<Packet>(&stimulus)) {
      const auto index = trace_.append_new_packet(
          Kind::PeerPacket, target_.now(), Direction::ToTarget, packet->body, event::kNoRecord);
      link_.take(target_.now(), trace_.packet(trace_[index]), trace_);
    } else {
      ++pending_;
      submit(stimulus);
    }
  }

  // Collected before, what came is no reaction; collected after, what comes may be one.
  void submit(const target::Stimulus& stimulus) {
    target_.collect(trace_);
    target_.submit(stimulus, trace_);
    target_.collect(trace_);
  }

  Instant earliest() const {
    Instant due = clock::kNever;
    for (const auto& deadline :
         {peer_.next_deadline(), link_.next_deadline(), target_.next_deadline()}) {
      if (deadline) due = std::min(due, *deadline);
    }
    return due;
  }

  void end(EndReason reason) {
    look(false);
    peer_.finish(target_.now(), reason, trace_);
    event::append(trace_, target_.now(),
                  {.reason = reason,
                   .timer_armed = target_.next_deadline().has_value(),
                   .pending_calls = pending_});
  }

  Peer& peer_;
  link::Link& link_;
  target::Target& target_;
  const Limits& limits_;
  event::Trace& trace_;
  std::uint32_t seen_;
  std::uint32_t pending_ = 0;
  std::optional<Instant> done_at_;
  int idle_ = 0;  // Rounds like the last, at this instant and with so many records.
  Instant round_at_;
  std::uint32_t round_size_ = 0;
};

}  // namespace

void run(Peer& peer, link::Link& link, target::Target& target, const Limits& limits,
         event::Trace& trace) {
  Loop{peer, link, target, limits, trace}.go();
}

}  // namespace harness::scenario
