#pragma once

#include <optional>
#include <span>

#include "harness/wire/datagram_view.h"
#include "harness/wire/segment.h"

namespace harness::wire {

// The TCP segment that a datagram carries. One of another protocol carries none, and neither does
// a fragment: the first holds a part of one, and what the others begin with is no header.
inline std::optional<SegmentView> tcp_of(const DatagramView& ip) {
  if (ip.protocol() != kProtocolTcp || ip.fragment()) return std::nullopt;
  const auto segment = SegmentView::parse(ip.payload());
  return segment ? std::optional{*segment} : std::nullopt;
}

// Whether what the datagram carries verifies as a TCP segment between its addresses.
bool tcp_checksum_ok(const DatagramView&);

struct TcpDatagram {
  DatagramView ip;
  SegmentView tcp;

  bool checksum_ok() const { return tcp_checksum_ok(ip); }
};

// The same of the octets of a datagram, which may be anything.
inline std::optional<TcpDatagram> tcp_of(std::span<const std::byte> octets) {
  const auto ip = DatagramView::parse(octets);
  if (!ip) return std::nullopt;
  const auto segment = tcp_of(*ip);
  return segment ? std::optional{TcpDatagram{*ip, *segment}} : std::nullopt;
}

}  // namespace harness::wire
