#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "harness/event/call.h"
#include "harness/event/end.h"
#include "harness/event/stream.h"
#include "harness/event/trace.h"
#include "harness/wire/craft.h"

namespace harness::oracle {

inline constexpr auto kSynAck = wire::kSyn | wire::kAck, kFinAck = wire::kFin | wire::kAck;

// A trace made by hand, segment by segment and call by call. Positions count octets behind the SYN
// of their sender; both ISNs are just short of the wrap.
class Conversation {
 public:
  static constexpr std::uint32_t kPeerIsn = 0xFFFF'FFFA, kTargetIsn = 0xFFFF'FFF0;
  static constexpr std::int32_t kFd = 4;

  struct Segment {
    wire::Flags flags = wire::kAck;
    std::int64_t position = 0;
    std::int64_t ack = 0;
    std::size_t octets = 0;
    std::int64_t content = -1;  // The position whose octets it carries; -1: its own.
    bool broken = false;        // Its checksum does not verify.
    std::uint16_t window = 65'535;
  };

  event::Trace trace;
  clock::Instant now{};
  wire::FourTuple tuple{.local = {wire::IpAddress::v4(0xC000'0201), 8080},
                        .remote = {wire::IpAddress::v4(0xC633'6401), 40000}};
  std::uint32_t peer_isn = kPeerIsn, target_isn = kTargetIsn;

  std::uint32_t to_target(const Segment& segment) {
    return packet(event::Direction::ToTarget, segment, peer_isn, target_isn, event::kFromPeer);
  }
  std::uint32_t from_target(const Segment& segment) {
    return packet(event::Direction::FromTarget, segment, target_isn, peer_isn,
                  event::kFromApplication);
  }

  // Each returns the call's id.
  std::uint32_t call(event::Op op, std::int32_t fd, std::array<std::int64_t, 3> args = {},
                     event::Span data = {}) {
    trace.append({.at = now},
                 event::Call{.id = ++last_id_, .fd = fd, .op = op, .args = args, .data = data});
    return last_id_;
  }
  std::uint32_t reply(std::uint32_t id, std::int64_t result, event::Span data = {}) {
    return trace.append({.at = now}, event::Reply{.id = id, .result = result, .data = data});
  }
  std::uint32_t fail(std::uint32_t id, std::int32_t error) {
    return trace.append({.at = now}, event::Reply{.id = id, .result = -1, .error = error});
  }

  // The three-way handshake, the target being called.
  void open_passively(std::size_t syn_octets = 0) {
    to_target({.flags = wire::kSyn, .position = -1, .octets = syn_octets});
    from_target({.flags = wire::kSyn | wire::kAck, .position = -1});
    to_target({});
  }
  // The same, the target calling.
  void open_actively() {
    const auto id = call(event::Op::Connect, kFd);
    from_target({.flags = wire::kSyn, .position = -1});
    to_target({.flags = wire::kSyn | wire::kAck, .position = -1});
    from_target({});
    reply(id, 0, event::encode(tuple));
  }
  void accept() { reply(call(event::Op::Accept, 3), kFd, event::encode(tuple)); }
  void open_and_accept() {
    open_passively();
    accept();
  }

  // The application reads `count` octets, which are those from `content` on.
  std::uint32_t read(std::size_t count, std::uint64_t content, std::int64_t flags = 0) {
    base::Bytes octets(count);
    event::fill_stream(octets, content, event::kFromPeer);
    return reply(call(event::Op::Receive, kFd, {flags, 65'536}), static_cast<std::int64_t>(count),
                 octets);
  }
  // It writes `count` octets from `position` on; absent `taken`: all of them are taken.
  void write(std::size_t count, std::uint64_t position, std::optional<std::int64_t> taken = {}) {
    reply(start_write(count, position), taken.value_or(static_cast<std::int64_t>(count)));
  }
  std::uint32_t start_write(std::size_t count, std::uint64_t position) {
    base::Bytes octets(count);
    event::fill_stream(octets, position, event::kFromApplication);
    return call(event::Op::Send, kFd, {}, octets);
  }

  void end(event::End end = {}) { event::append(trace, now, end); }

 private:
  std::uint32_t packet(event::Direction direction, const Segment& segment, std::uint32_t isn,
                       std::uint32_t other_isn, std::uint32_t stream) {
    const bool in = direction == event::Direction::ToTarget;
    const auto& from = in ? tuple.remote : tuple.local;
    const auto& to = in ? tuple.local : tuple.remote;
    const auto first = segment.position + segment.flags.syn();
    base::Bytes payload(segment.octets);
    event::fill_stream(
        payload, static_cast<std::uint64_t>(segment.content < 0 ? first : segment.content), stream);
    wire::SegmentSpec spec{.source = from.port, .destination = to.port};
    spec.seq = isn + 1 + static_cast<std::uint32_t>(segment.position);
    spec.ack = segment.flags.ack() ? other_isn + 1 + static_cast<std::uint32_t>(segment.ack) : 0;
    spec.flags = segment.flags;
    spec.window = segment.window;
    spec.payload = payload;
    spec.checksum_flip = segment.broken ? 0x5555 : 0;
    const auto octets = wire::craft(spec, {.source = from.address, .destination = to.address}, {});
    return trace.append_new_packet(event::Kind::Packet, now, direction, trace.keep(octets),
                                   event::kNoRecord);
  }

  std::uint32_t last_id_ = 0;
};

}  // namespace harness::oracle
