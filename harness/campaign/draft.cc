#include "harness/campaign/draft.h"

#include <algorithm>
#include <array>
#include <chrono>

#include "harness/event/stream.h"
#include "harness/wire/craft.h"

namespace harness::campaign {
namespace {

constexpr std::uint8_t kTtl = 64;
constexpr std::array<std::byte, 4> kBroken = {std::byte{2}, std::byte{1}, std::byte{5},
                                              std::byte{180}};  // An MSS of length 1.

constexpr std::array<std::byte, 12> kBehindEnd = {
    std::byte{2}, std::byte{4},  std::byte{2},   std::byte{24}, std::byte{0}, std::byte{2},
    std::byte{4}, std::byte{35}, std::byte{240}, std::byte{0},  std::byte{0}, std::byte{0}};

std::uint32_t stamp(const Strand& strand, clock::Instant now) {
  const auto elapsed = now - clock::kStart;
  return strand.stamp_base +
         static_cast<std::uint32_t>(
             std::chrono::duration_cast<std::chrono::milliseconds>(elapsed).count());
}

void offer(const Strand& strand, bool answers, wire::Segment& segment) {
  segment.mss = strand.offer.mss;
  // A SYN,ACK takes up what the SYN offered, nothing else.
  if (!answers || strand.scales || !strand.theirs) segment.window_scale = strand.offer.shift;
  segment.sack_permitted = strand.offer.sack;
}

wire::IpHeader header(const target::Host& host) {
  return {.source = host.remote, .destination = host.local, .ttl = kTtl};
}

// All of it but the text.
wire::Segment headers(const Draft& draft, const Strand& strand, clock::Instant now) {
  wire::Segment segment{.source = strand.peer_port,
                        .destination = strand.target_port,
                        .seq = wire::SeqNum{strand.isn + draft.seq},
                        .ack = wire::SeqNum{draft.ack + (draft.flags.ack() ? strand.their_isn : 0)},
                        .flags = draft.flags,
                        .window = draft.window,
                        .urgent = draft.urgent};
  if (draft.offers) offer(strand, draft.flags.ack(), segment);
  if (draft.offers && strand.offer.behind_end) segment.options = kBehindEnd;
  if (draft.offers && draft.shift) segment.window_scale = draft.shift;
  if (draft.stamped) {
    segment.timestamps = wire::Timestamps{.val = stamp(strand, now) - draft.stamp_back,
                                          .ecr = draft.flags.ack() ? strand.stamp_seen : 0};
  }
  if (draft.sacks) {
    constexpr std::size_t kRoom = 40, kHead = 4, kBlock = 8;  // Of all options, and of SACK's.
    const auto blocks = (kRoom - kHead - wire::options_size(segment)) / kBlock;
    segment.sack_count =
        static_cast<std::uint8_t>(std::min<std::size_t>(strand.early_count, blocks));
    for (std::uint8_t i = 0; i < segment.sack_count; ++i) {
      const auto& piece = strand.early[strand.early_count - 1u - i];  // The latest first.
      segment.sack[i] = {.left = wire::SeqNum{strand.their_isn + piece.from},
                         .right = wire::SeqNum{strand.their_isn + piece.to}};
    }
  }
  if (draft.flaw == Draft::Flaw::OptionLength) segment.options = kBroken;
  return segment;
}

}  // namespace

std::uint16_t window_field(const Strand& strand, std::uint32_t octets) {
  return static_cast<std::uint16_t>(std::min<std::uint32_t>(octets >> strand.shift(), 65'535));
}

Draft plain(const Strand& strand, wire::Flags flags) {
  Draft draft{.seq = strand.nxt, .flags = flags};
  if (flags.ack()) draft.ack = strand.rcv;
  draft.window = flags.syn() ? static_cast<std::uint16_t>(std::min(strand.window, 65'535u))
                             : window_field(strand, strand.window);
  draft.offers = flags.syn();
  draft.stamped =
      flags.syn() ? strand.offer.timestamps && (!flags.ack() || strand.stamps) : strand.stamps;
  draft.sacks = strand.sacks && strand.early_count > 0 && flags.ack();
  return draft;
}

std::uint32_t fitting(const Draft& draft, const Strand& strand, const target::Host& host) {
  if (draft.length == 0) return 0;
  const auto empty = wire::datagram_size(header(host), headers(draft, strand, {}), 0);
  return std::min(draft.length, static_cast<std::uint32_t>(host.mtu - empty));
}

event::Body lay(const Draft& draft, const Strand& strand, const target::Host& host,
                clock::Instant now, event::Trace& trace) {
  const auto ip = header(host);
  const auto segment = headers(draft, strand, now);
  const auto room = trace.reserve(wire::datagram_size(ip, segment, draft.length));
  const auto payload = wire::write_headers(ip, segment, draft.length, room.bytes);
  event::fill_stream(payload, draft.seq + draft.flags.syn() - 1u, event::kFromPeer);
  std::byte* const tcp =
      room.bytes.data() + (host.local.version() == wire::IpVersion::V4 ? 20 : 40);
  if (draft.flaw == Draft::Flaw::DataOffset || draft.reserved != 0) {
    const auto octet = base::load8(tcp + 12);
    const auto offset = draft.flaw == Draft::Flaw::DataOffset ? 4 : octet >> 4;
    base::store8(tcp + 12, static_cast<std::uint8_t>(offset << 4 | (draft.reserved & 7) << 1));
  }
  wire::seal(room.bytes);
  if (draft.flaw == Draft::Flaw::Checksum) {
    // Wrong, or as if there were none: TCP knows no such thing.
    const std::uint16_t right = base::load16(tcp + 16);
    const bool none = draft.seq % 2 == 0 && right != 0;
    base::store16(tcp + 16, none ? std::uint16_t{0} : static_cast<std::uint16_t>(right ^ 0x5555));
  }
  return room.body;
}

}  // namespace harness::campaign
