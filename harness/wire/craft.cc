#include "harness/wire/craft.h"

#include <algorithm>
#include <cstring>

#include "harness/base/check.h"
#include "harness/wire/checksum.h"

namespace harness::wire {

using base::store16;
using base::store32;
using base::store64;
using base::store8;

namespace {

constexpr std::size_t kTcpHeader = 20;

std::byte* write_option_head(std::byte* at, OptionKind kind, std::size_t length) {
  store8(at, static_cast<std::uint8_t>(kind));
  store8(at + 1, static_cast<std::uint8_t>(length));
  return at + 2;
}

std::byte* write_nops(std::byte* at, int count) {
  for (; count > 0; --count) store8(at++, static_cast<std::uint8_t>(OptionKind::Nop));
  return at;
}

void write_options(const Segment& segment, std::byte* at) {
  if (!segment.options.empty()) {
    std::memcpy(at, segment.options.data(), segment.options.size());
    std::memset(at + segment.options.size(), 0, -segment.options.size() & 3u);
    return;
  }
  if (segment.mss) {
    store16(write_option_head(at, OptionKind::Mss, 4), *segment.mss);
    at += 4;
  }
  if (segment.sack_permitted) {
    if (!segment.timestamps) at = write_nops(at, 2);
    at = write_option_head(at, OptionKind::SackPermitted, 2);
  }
  if (segment.timestamps) {
    if (!segment.sack_permitted) at = write_nops(at, 2);
    at = write_option_head(at, OptionKind::Timestamps, 10);
    store32(at, segment.timestamps->val);
    store32(at + 4, segment.timestamps->ecr);
    at += 8;
  }
  if (segment.window_scale) {
    at = write_option_head(write_nops(at, 1), OptionKind::WindowScale, 3);
    store8(at++, *segment.window_scale);
  }
  if (segment.sack_count > 0) {
    at = write_option_head(write_nops(at, 2), OptionKind::Sack, 2u + segment.sack_count * 8u);
    for (std::size_t i = 0; i < segment.sack_count; ++i, at += 8) {
      store32(at, segment.sack[i].left.raw());
      store32(at + 4, segment.sack[i].right.raw());
    }
  }
}

}  // namespace

std::span<std::byte> write_ip_header(const IpHeader& ip, std::uint8_t protocol,
                                     std::span<std::byte> out) {
  CHECK(out.size() >= ip_header_size(ip) && out.size() <= 65'535);
  std::byte* const at = out.data();
  if (ip.source.version() == IpVersion::V4) {
    // Summed as values: read back in larger pieces than they were written, they would be waited
    // for.
    const std::uint32_t first = 0x4500'0000u | std::uint32_t{ip.traffic_class} << 16 |
                                static_cast<std::uint32_t>(out.size());
    const std::uint32_t second =
        std::uint32_t{ip.identification} << 16 | (ip.dont_fragment ? 0x4000u : 0u);
    const auto third = static_cast<std::uint16_t>(ip.ttl << 8 | protocol);
    Checksum sum;
    sum.add32(first);
    sum.add32(second);
    sum.add16(third);
    sum.add32(static_cast<std::uint32_t>(ip.source.low()));
    sum.add32(static_cast<std::uint32_t>(ip.destination.low()));
    store32(at, first);
    store32(at + 4, second);
    store32(at + 8, std::uint32_t{third} << 16 | sum.value());
    ip.source.store(at + 12);
    ip.destination.store(at + 16);
    return out.subspan(20);
  }
  store32(at, 6u << 28 | std::uint32_t{ip.traffic_class} << 20 | (ip.flow_label & 0xF'FFFF));
  store16(at + 4, static_cast<std::uint16_t>(out.size() - 40));
  store16(at + 6, static_cast<std::uint16_t>(protocol << 8 | ip.ttl));
  ip.source.store(at + 8);
  ip.destination.store(at + 24);
  return out.subspan(40);
}

std::size_t options_size(const Segment& segment) {
  if (!segment.options.empty()) return (segment.options.size() + 3) & ~std::size_t{3};
  const std::size_t sack_and_timestamps =
      segment.timestamps ? 12u : (segment.sack_permitted ? 4u : 0u);
  return (segment.mss ? 4u : 0u) + sack_and_timestamps + (segment.window_scale ? 4u : 0u) +
         (segment.sack_count > 0 ? 4u + segment.sack_count * 8u : 0u);
}

std::size_t datagram_size(const IpHeader& ip, const Segment& segment, std::size_t payload) {
  return ip_header_size(ip) + kTcpHeader + options_size(segment) + payload;
}

std::span<std::byte> write_headers(const IpHeader& ip, const Segment& segment, std::size_t payload,
                                   std::span<std::byte> out) {
  const std::size_t ip_size = ip_header_size(ip), options = options_size(segment);
  CHECK(options <= 40);
  CHECK(out.size() == ip_size + kTcpHeader + options + payload);
  std::byte* const at = write_ip_header(ip, kProtocolTcp, out).data();
  // In the pieces that seal() reads.
  store64(at, std::uint64_t{segment.source} << 48 | std::uint64_t{segment.destination} << 32 |
                  segment.seq.raw());
  store64(at + 8, std::uint64_t{segment.ack.raw()} << 32 |
                      std::uint64_t{(kTcpHeader + options) / 4} << 28 |
                      std::uint64_t{segment.flags.bits & 0x1FFu} << 16 | segment.window);
  store32(at + 16, segment.urgent);  // The checksum before it is still 0.
  write_options(segment, at + kTcpHeader);
  return out.subspan(ip_size + kTcpHeader + options);
}

void seal(std::span<std::byte> datagram) {
  const bool v4 = base::load8(datagram.data()) >> 4 == 4;
  const std::size_t ip_size = v4 ? 20 : 40;
  // The addresses stand together at the end of either header, and the segment behind them.
  Checksum sum;
  sum.add16(kProtocolTcp);
  sum.add32(static_cast<std::uint32_t>(datagram.size() - ip_size));
  sum.add(datagram.subspan(v4 ? 12 : 8));
  store16(datagram.data() + ip_size + 16, sum.value());
}

void write(const IpHeader& ip, const Segment& segment, std::span<std::byte> out) {
  const auto room = write_headers(ip, segment, segment.payload.size(), out);
  std::ranges::copy(segment.payload, room.begin());
  seal(out);
}

base::Bytes craft(const SegmentSpec& spec, IpHeader ip, Segment segment) {
  ip.ttl = spec.ttl.value_or(ip.ttl);
  ip.traffic_class = spec.traffic_class.value_or(ip.traffic_class);
  segment.source = spec.source.value_or(segment.source);
  segment.destination = spec.destination.value_or(segment.destination);
  if (spec.seq) segment.seq = SeqNum{*spec.seq};
  if (spec.ack) segment.ack = SeqNum{*spec.ack};
  segment.flags = spec.flags.value_or(segment.flags);
  segment.window = spec.window.value_or(segment.window);
  segment.urgent = spec.urgent.value_or(segment.urgent);
  if (spec.options) {
    // No options at all is also something to ask for.
    segment.mss.reset();
    segment.window_scale.reset();
    segment.timestamps.reset();
    segment.sack_permitted = false;
    segment.sack_count = 0;
    segment.options = *spec.options;
  }
  if (spec.payload) segment.payload = *spec.payload;

  base::Bytes datagram(datagram_size(ip, segment));
  write(ip, segment, datagram);
  const std::size_t ip_size = ip_header_size(ip);
  std::byte* const tcp = datagram.data() + ip_size;
  if (spec.data_offset || spec.reserved) {
    const auto octet = base::load8(tcp + 12);
    const auto offset = spec.data_offset.value_or(static_cast<std::uint8_t>(octet >> 4));
    const auto reserved = spec.reserved.value_or(static_cast<std::uint8_t>(octet >> 1 & 7));
    store8(tcp + 12, static_cast<std::uint8_t>(offset << 4 | (reserved & 7) << 1 | (octet & 1)));
    store16(tcp + 16, 0);
    seal(datagram);
  }
  if (spec.checksum) store16(tcp + 16, *spec.checksum);
  store16(tcp + 16, base::load16(tcp + 16) ^ spec.checksum_flip);
  return datagram;
}

}  // namespace harness::wire
