#pragma once

#include <cstdint>
#include <string_view>
#include <vector>

#include "harness/base/rng.h"
#include "harness/clock/instant.h"
#include "harness/event/trace.h"
#include "harness/link/link.h"
#include "harness/wire/craft.h"
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

inline constexpr auto kPeer = harness::wire::IpAddress::v4(0xC6336401);    // 198.51.100.1
inline constexpr auto kTarget = harness::wire::IpAddress::v4(0xC0000201);  // 192.0.2.1

inline std::vector<harness::link::Fault> parsed_faults(std::string_view faults) {
  return faults.empty() ? std::vector<harness::link::Fault>{}
                        : harness::link::parse_faults(faults).value();
}

inline SomeRun::SomeRun(std::string_view faults, std::uint64_t seed)
    : link_(parsed_faults(faults), harness::base::Rng{seed}) {}

inline void SomeRun::wait(harness::clock::Duration duration) {
  const auto until = now_ + duration;
  while (const auto due = link_.next_deadline()) {
    if (*due > until) break;
    now_ = *due;
    deliver();
  }
  now_ = until;
}

inline std::uint32_t SomeRun::peer_sends(const SomeSegment& segment) {
  return send(harness::event::Direction::ToTarget, segment);
}

inline std::uint32_t SomeRun::target_sends(const SomeSegment& segment) {
  return send(harness::event::Direction::FromTarget, segment);
}

inline std::uint32_t SomeRun::send(harness::event::Direction direction,
                                   const SomeSegment& segment) {
  const bool to_target = direction == harness::event::Direction::ToTarget,
             syn = segment.flags.syn();
  const std::uint32_t own = to_target ? (syn ? 0 : kPeerIsn) : kTargetIsn;
  const std::uint32_t other = to_target ? kTargetIsn : syn ? 0 : kPeerIsn;
  harness::wire::SegmentSpec spec;
  spec.source = to_target ? segment.peer_port : harness::wire::Port{8080};
  spec.destination = to_target ? harness::wire::Port{8080} : segment.peer_port;
  spec.flags = segment.flags;
  spec.seq = segment.seq + own;
  if (segment.flags.ack()) spec.ack = segment.ack + other;
  spec.payload.emplace(segment.size, std::byte{'x'});
  spec.window = 65535;
  spec.options = segment.options;
  const harness::wire::IpHeader ip{.source = to_target ? kPeer : kTarget,
                                   .destination = to_target ? kTarget : kPeer};
  const auto body = trace_.keep(harness::wire::craft(spec, ip, {}));
  const auto index = trace_.append_new_packet(
      to_target ? harness::event::Kind::PeerPacket : harness::event::Kind::Packet, now_, direction,
      body, harness::event::kNoRecord);
  link_.take(now_, trace_.packet(trace_[index]), trace_);
  deliver();
  return index;
}

inline void SomeRun::deliver() {
  while (const auto arrival = link_.release(now_)) {
    const bool to_target = arrival->packet.direction == harness::event::Direction::ToTarget;
    trace_.append_packet(
        to_target ? harness::event::Kind::Packet : harness::event::Kind::PeerPacket, arrival->at,
        arrival->packet, arrival->packet.id);
  }
}

inline std::uint32_t SomeRun::call(const harness::event::Call& call) {
  return trace_.append({.at = now_}, call);
}

inline std::uint32_t SomeRun::reply(const harness::event::Reply& reply) {
  return trace_.append({.at = now_}, reply);
}

inline void SomeRun::handshake() {
  using harness::event::Op;
  const auto local = harness::event::encode(harness::wire::Endpoint{kTarget, 8080});
  call({.id = 1, .op = Op::Socket, .args = {2, 1, 6}});
  reply({.id = 1, .result = 3});
  call({.id = 2, .fd = 3, .op = Op::SetOption, .args = {1, 2, 1}});
  reply({.id = 2});
  call({.id = 3, .fd = 3, .op = Op::Bind, .data = local});
  reply({.id = 3});
  call({.id = 4, .fd = 3, .op = Op::Listen, .args = {8}});
  reply({.id = 4});
  call({.id = 5, .fd = 3, .op = Op::Accept});
  const harness::base::Bytes mss = {std::byte{2}, std::byte{4}, std::byte{5}, std::byte{180}};
  peer_sends({.flags = harness::wire::kSyn, .seq = kPeerIsn, .options = mss});
  target_sends(
      {.flags = harness::wire::kSyn | harness::wire::kAck, .ack = kPeerIsn + 1, .options = mss});
  wait(std::chrono::milliseconds{10});
  peer_sends({.seq = 1, .ack = 1});
  reply({.id = 5, .result = 4});
}

}  // namespace reports
