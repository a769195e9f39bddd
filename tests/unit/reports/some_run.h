#pragma once

#include <cstdint>
#include <string_view>
#include <vector>

#include "harness/clock/instant.h"
#include "harness/event/trace.h"
#include "harness/link/link.h"
#include "harness/wire/segment_spec.h"

namespace reports {

// A segment in the numbers of scripts: from the ISNs, but for the peer's own in its SYN.
struct SomeSegment {
  harness::wire::Flags flags = harness::wire::kAck;
  std::uint32_t seq = 0, ack = 0, size = 0;
  harness::base::Bytes options{};
  harness::wire::Port peer_port = 40000;
};

// A run written by hand: two hosts that do as the test says, and a link between them.
class SomeRun {
 public:
  explicit SomeRun(std::string_view faults = {}, std::uint64_t seed = 1);

  static constexpr std::uint32_t kPeerIsn = 4294967290, kTargetIsn = 7'000'000;

  // Time goes on; what the link kept back arrives.
  void wait(harness::clock::Duration);
  // Each returns the record at the end where it is sent.
  std::uint32_t peer_sends(const SomeSegment&);
  std::uint32_t target_sends(const SomeSegment&);
  std::uint32_t call(const harness::event::Call&);
  std::uint32_t reply(const harness::event::Reply&);
  // socket, bind, listen, accept and a handshake.
  void handshake();

  const harness::event::Trace& trace() const { return trace_; }
  harness::event::Trace& trace() { return trace_; }
  harness::clock::Instant now() const { return now_; }

 private:
  std::uint32_t send(harness::event::Direction, const SomeSegment&);
  void deliver();

  harness::event::Trace trace_;
  harness::link::Link link_;
  harness::clock::Instant now_{};
};

}  // namespace reports
