#pragma once

#include <cstddef>
#include <cstdint>
#include <span>

#include "harness/wire/ip_address.h"

namespace harness::wire {

// The Internet checksum (RFC 1071): the ones' complement of the ones' complement sum of 16-bit
// words. Order does not matter, so parts may be added as they come; every part but the last must
// have an even length.
class Checksum {
 public:
  void add(std::span<const std::byte>);
  void add16(std::uint16_t word) { sum_ += word; }
  void add32(std::uint32_t word) { sum_ += (word >> 16) + (word & 0xFFFF); }
  void add(const IpAddress&);
  std::uint16_t value() const;

 private:
  std::uint64_t sum_ = 0;  // Of big-endian words; never near overflow for what a datagram holds.
};

// Over the pseudo-header of whatever carries this protocol number (UDP, ICMPv6), as tcp_checksum().
std::uint16_t transport_checksum(const IpAddress& source, const IpAddress& destination,
                                 std::uint8_t protocol, std::span<const std::byte> message);

// Over the pseudo-header (RFC 9293, 3.1; RFC 8200, 8.1) and the segment as it stands, its checksum
// field included: 0 for a segment whose checksum is right, and the value to store for one whose
// field is 0.
std::uint16_t tcp_checksum(const IpAddress& source, const IpAddress& destination,
                           std::span<const std::byte> segment);

}  // namespace harness::wire
