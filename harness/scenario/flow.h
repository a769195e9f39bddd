#pragma once

#include <cstdint>
#include <map>
#include <optional>

#include "harness/scenario/ir.h"
#include "harness/wire/ip_address.h"
#include "harness/wire/print.h"
#include "harness/wire/segment.h"
#include "harness/wire/segment_spec.h"

namespace harness::scenario {

// One connection of a script, seen from the peer. Translates between the script's numbers and
// those on the wire: in a SYN they are absolute, in all others they count from the ISN. The peer's
// ISN on the wire is the script's own; the target's is learned from its first SYN.
class Flow {
 public:
  Flow(wire::Port peer, wire::Port target) : peer_port_(peer), target_port_(target) {}

  wire::Port peer_port() const { return peer_port_; }
  wire::Port target_port() const { return target_port_; }

  // What a `<` line puts on the wire. Its payload is the peer's stream at that place.
  wire::SegmentSpec to_send(const PacketStep&);
  // The number on the wire of a segment of the target's that an ICMP error is about. It counts as
  // in all that are no SYN: the target's SYN is 0.
  wire::SeqNum quoted(const PacketStep& step) const {
    return wire::SeqNum{step.seq + target_offset(false)};
  }
  // What a `>` line wants of `got`, the segment it is compared with.
  wire::SegmentSpec to_expect(const PacketStep&, const wire::SegmentView& got);
  // A segment of the target's came, whether a line wants it or not: a first SYN that no line has
  // compared still says what numbers count from.
  void notice(const wire::SegmentView& got);
  // What the numbers of a segment from the target count from, for messages.
  wire::PrintBase base(wire::Flags) const;

 private:
  void learn(const PacketStep&, const wire::SegmentView& got);
  std::uint32_t target_offset(bool syn) const;
  std::uint32_t peer_base() const;  // Of everything but SYNs.
  bool answers_other(const wire::SegmentView& got) const;
  base::Bytes options_to_send(const PacketStep&);
  void options_to_expect(const PacketStep&, const wire::SegmentView& got, wire::SegmentSpec&);

  wire::Port peer_port_, target_port_;
  std::optional<std::uint32_t> peer_isn_;
  // A SYN with another number that the target has not answered: a duplicate, or a new connection.
  std::optional<std::uint32_t> other_peer_isn_;
  std::optional<std::uint32_t> target_isn_;  // On the wire ...
  std::uint32_t target_script_isn_ = 0;      // ... and in the script.
  // Of a SYN that was noticed, until a line wants it.
  struct Noticed {
    std::uint32_t peer_isn, target_isn;
  };
  std::optional<Noticed> noticed_;
  std::map<std::uint32_t, std::uint32_t> timestamps_;  // The target's: script's value to live one.
};

}  // namespace harness::scenario
