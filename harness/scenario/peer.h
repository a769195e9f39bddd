#pragma once

#include <cstdint>
#include <optional>

#include "harness/clock/instant.h"
#include "harness/event/end.h"
#include "harness/event/trace.h"
#include "harness/target/target.h"

namespace harness::scenario {

// Whoever stands at the other end of the link, and beside the target's application: a script, a
// live target, a replayed capture, a fuzzer's octets, a Python generator.
class Peer {
 public:
  virtual ~Peer() = default;
  // A datagram reached the peer's end (PeerPacket, from target), or a call was answered (Reply).
  virtual void see(const event::Trace&, std::uint32_t record) = 0;
  // A datagram left the target, whether it will arrive or not (Packet, from target).
  virtual void overhear(const event::Trace&, std::uint32_t /*record*/) {}
  // What it does now; asked until it does nothing. A datagram is crafted into the trace's store
  // and returned with its body and direction; its id is given by the run.
  virtual std::optional<target::Stimulus> act(clock::Instant now, event::Trace&) = 0;
  // What it sent was put on the target's wire, or its call was made, as this record says; without
  // lateness of our own it would have been at `due`. What it brought about is on record already,
  // and not seen yet.
  virtual void injected(std::uint32_t /*record*/, clock::Instant /*due*/, event::Trace&) {}
  // When it next wants act() though nothing arrives.
  virtual std::optional<clock::Instant> next_deadline() const = 0;
  virtual bool done() const = 0;
  // The run is over, for whatever reason: the last occasion to put on record what is missing.
  virtual void finish(clock::Instant, event::EndReason, event::Trace&) {}
};

}  // namespace harness::scenario
