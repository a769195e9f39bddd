#include "tests/unit/reports/some_run.h"

#include "harness/base/rng.h"
#include "harness/wire/craft.h"

namespace reports {

using harness::event::Direction;
using harness::event::Kind;
using harness::wire::Flags;

namespace {

constexpr auto kPeer = harness::wire::IpAddress::v4(0xC6336401);    // 198.51.100.1
constexpr auto kTarget = harness::wire::IpAddress::v4(0xC0000201);  // 192.0.2.1

std::vector<harness::link::Fault> parsed(std::string_view faults) {
  return faults.empty() ? std::vector<harness::link::Fault>{}
                        : harness::link::parse_faults(faults).value();
}

}  // namespace

SomeRun::SomeRun(std::string_view faults, std::uint64_t seed)
    : link_(parsed(faults), harness::base::Rng{seed}) {}

void SomeRun::wait(harness::clock::Duration duration) {
  const auto until = now_ + duration;
  while (const auto due = link_.next_deadline()) {
    if (*due > until) break;
    now_ = *due;
    deliver();
  }
  now_ = until;
}

std::uint32_t SomeRun::peer_sends(const SomeSegment& segment) {
  return send(Direction::ToTarget, segment);
}

std::uint32_t SomeRun::target_sends(const SomeSegment& segment) {
  return send(Direction::FromTarget, segment);
}

std::uint32_t SomeRun::send(Direction direction, const SomeSegment& segment) {
  const bool to_target = direction == Direction::ToTarget, syn = segment.flags.syn();
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
  const auto index = trace_.append_new_packet(to_target ? Kind::PeerPacket : Kind::Packet, now_,
                                              direction, body, harness::event::kNoRecord);
  link_.take(now_, trace_.packet(trace_[index]), trace_);
  deliver();
  return index;
}

void SomeRun::deliver() {
  while (const auto arrival = link_.release(now_)) {
    const bool to_target = arrival->packet.direction == Direction::ToTarget;
    trace_.append_packet(to_target ? Kind::Packet : Kind::PeerPacket, arrival->at, arrival->packet,
                         arrival->packet.id);
  }
}

std::uint32_t SomeRun::call(const harness::event::Call& call) {
  return trace_.append({.at = now_}, call);
}

std::uint32_t SomeRun::reply(const harness::event::Reply& reply) {
  return trace_.append({.at = now_}, reply);
}

void SomeRun::handshake() {
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
