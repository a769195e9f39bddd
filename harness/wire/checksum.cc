#include "harness/wire/checksum.h"

#include <bit>
#include <cstring>

#include "harness/wire/datagram_view.h"

namespace harness::wire {
namespace {

std::uint64_t fold(std::uint64_t sum) {
  while (sum >> 16) sum = (sum >> 16) + (sum & 0xFFFF);
  return sum;
}

}  // namespace

void Checksum::add(std::span<const std::byte> part) {
  // The sum of swapped words is the swapped sum (RFC 1071, 2.B), so the machine's own order does.
  std::uint64_t sum = 0;
  const std::byte* at = part.data();
  std::size_t left = part.size();
  for (; left >= 8; at += 8, left -= 8) {
    std::uint64_t word;
    std::memcpy(&word, at, 8);
    sum += (word >> 32) + (word & 0xFFFF'FFFF);
  }
  // Headers are whole words of four octets: a copy of known size needs no call.
  if (left >= 4) {
    std::uint32_t word;
    std::memcpy(&word, at, 4);
    sum += word;
    at += 4;
    left -= 4;
  }
  if (left > 0) {
    std::uint64_t word = 0;
    std::memcpy(&word, at, left);
    sum += (word >> 32) + (word & 0xFFFF'FFFF);
  }
  const auto native = static_cast<std::uint16_t>(fold(sum));
  sum_ += std::endian::native == std::endian::little ? __builtin_bswap16(native) : native;
}

void Checksum::add(const IpAddress& address) {
  add32(static_cast<std::uint32_t>(address.high() >> 32));
  add32(static_cast<std::uint32_t>(address.high()));
  add32(static_cast<std::uint32_t>(address.low() >> 32));
  add32(static_cast<std::uint32_t>(address.low()));
}

std::uint16_t Checksum::value() const { return static_cast<std::uint16_t>(~fold(sum_)); }

std::uint16_t transport_checksum(const IpAddress& source, const IpAddress& destination,
                                 std::uint8_t protocol, std::span<const std::byte> message) {
  Checksum sum;
  sum.add(source);
  sum.add(destination);
  sum.add16(protocol);
  sum.add32(static_cast<std::uint32_t>(message.size()));
  sum.add(message);
  return sum.value();
}

std::uint16_t tcp_checksum(const IpAddress& source, const IpAddress& destination,
                           std::span<const std::byte> segment) {
  return transport_checksum(source, destination, kProtocolTcp, segment);
}

}  // namespace harness::wire
