#pragma once

#include <bit>
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
  void add16(std::uint16_t word) { sum_ += native16(word); }
  // 2^16 counts as 1: a word of 32 bits adds what its halves do.
  void add32(std::uint32_t word) { sum_ += kLittle ? __builtin_bswap32(word) : word; }
  void add(const IpAddress& address) {
    add32(static_cast<std::uint32_t>(address.low()));
    if (address.version() == IpVersion::V4) return;
    add32(static_cast<std::uint32_t>(address.low() >> 32));
    add32(static_cast<std::uint32_t>(address.high()));
    add32(static_cast<std::uint32_t>(address.high() >> 32));
  }
  std::uint16_t value() const {
    // Folded so often that nothing is left to carry, whatever the sum: without a branch.
    std::uint64_t sum = (sum_ >> 32) + (sum_ & 0xFFFF'FFFF);  // Below 2^33, ...
    sum = (sum >> 16) + (sum & 0xFFFF);                       // ... 2^18, ...
    sum = (sum >> 16) + (sum & 0xFFFF);                       // ... 2^16 + 3.
    return native16(static_cast<std::uint16_t>(~((sum >> 16) + sum)));
  }

 private:
  static constexpr bool kLittle = std::endian::native == std::endian::little;
  static constexpr std::uint16_t native16(std::uint16_t word) {
    return kLittle ? __builtin_bswap16(word) : word;
  }

  // Of words in the machine's own order: the sum of swapped words is the swapped sum (RFC 1071,
  // 2.B). Never near overflow for what a datagram holds.
  std::uint64_t sum_ = 0;
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
