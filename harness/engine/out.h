#pragma once

#include <cstddef>
#include <cstdint>
#include <span>
#include <vector>

#include "harness/clock/instant.h"
#include "harness/event/trace.h"

namespace harness::engine {

// Where a step writes: datagrams straight into the trace's store, and replies. Nothing else.
class Out {
 public:
  // `cause`: the record of what the step was given; event::kNoRecord for a timer.
  Out(event::Trace& trace, clock::Instant now, std::uint32_t cause)
      : trace_(trace), replies_(trace), now_(now), cause_(cause) {}
  // For an engine at the peer's end: datagrams lie in the run's trace but are left in `bodies` for
  // the run to record, and replies go to a trace of its own.
  Out(event::Trace& run, clock::Instant now, std::vector<event::Body>& bodies,
      event::Trace& replies)
      : trace_(run), replies_(replies), now_(now), cause_(event::kNoRecord), bodies_(&bodies) {}

  // Room for a datagram of exactly so many octets, already recorded as sent; to be filled at once.
  std::span<std::byte> datagram(std::size_t octets) {
    const auto room = trace_.reserve(octets);
    if (bodies_ != nullptr) {
      bodies_->push_back(room.body);
      return room.bytes;
    }
    trace_.append_new_packet(event::Kind::Packet, now_, event::Direction::FromTarget, room.body,
                             cause_);
    return room.bytes;
  }

  void reply(const event::Reply& reply) { replies_.append({.at = now_, .cause = cause_}, reply); }

 private:
  event::Trace& trace_;
  event::Trace& replies_;
  clock::Instant now_;
  std::uint32_t cause_;
  std::vector<event::Body>* bodies_ = nullptr;
};

}  // namespace harness::engine
