#pragma once

#include <cstddef>
#include <cstdint>
#include <span>

#include "harness/wire/ip_address.h"
#include "harness/wire/segment.h"
#include "harness/wire/segment_spec.h"

namespace harness::wire {

// What goes in front of a segment. Both addresses are of one version.
struct IpHeader {
  IpAddress source{}, destination{};
  std::uint8_t ttl = 64;           // Or hop limit.
  std::uint8_t traffic_class = 0;  // DSCP and ECN.
  std::uint16_t identification = 0;
  bool dont_fragment = true;
  std::uint32_t flow_label = 0;  // 20 bits, IPv6.
};

// Octets of the header: 20 or 40.
inline std::size_t ip_header_size(const IpHeader& ip) {
  return ip.source.version() == IpVersion::V4 ? 20 : 40;
}
// Writes it in front of what carries this protocol number, and returns the room behind it. `out` is
// the whole datagram, at most 65,535 octets.
std::span<std::byte> write_ip_header(const IpHeader&, std::uint8_t protocol,
                                     std::span<std::byte> out);

// Octets of the options that `segment` asks for: its raw options when there are any, else its
// fields, in a layout that keeps timestamps aligned (RFC 7323, app. A); a multiple of 4.
std::size_t options_size(const Segment& segment);

// Octets of the whole datagram with `payload` octets of data.
std::size_t datagram_size(const IpHeader&, const Segment&, std::size_t payload);
inline std::size_t datagram_size(const IpHeader& ip, const Segment& segment) {
  return datagram_size(ip, segment, segment.payload.size());
}

// Writes everything but the payload and the TCP checksum, and returns the room for the payload.
// `out` is exactly datagram_size() long. seal() follows once the payload is there.
std::span<std::byte> write_headers(const IpHeader&, const Segment&, std::size_t payload,
                                   std::span<std::byte> out);
// Puts the right TCP checksum into a datagram that write_headers() began.
void seal(std::span<std::byte> datagram);

// Both, with segment.payload: a legal datagram, whole.
void write(const IpHeader&, const Segment&, std::span<std::byte> out);

// The datagram that `spec` asks for; what it leaves open is as in `ip` and `segment`, lengths and
// checksums right. What it names goes out verbatim, legal or not.
// Pre: the options are at most 40 octets and the datagram at most 65,535.
base::Bytes craft(const SegmentSpec& spec, IpHeader ip, Segment segment);

}  // namespace harness::wire
