#pragma once

#include <cstddef>
#include <cstdint>
#include <expected>
#include <span>
#include <string_view>

#include "harness/base/bytes.h"
#include "harness/wire/craft.h"
#include "harness/wire/ip_address.h"

namespace harness::wire {

enum class UdpError : std::uint8_t {
  Short,   // Fewer than the 8 octets of a UDP header.
  Length,  // The length field says more than there is, or less than the header.
};
std::string_view says(UdpError);

// What the octets of a UDP datagram say (RFC 768). Octets past the length field are no part of it.
class UdpView {
 public:
  static std::expected<UdpView, UdpError> parse(std::span<const std::byte>);

  Port source() const { return base::load16(bytes_.data()); }
  Port destination() const { return base::load16(bytes_.data() + 2); }
  std::uint16_t checksum() const { return base::load16(bytes_.data() + 6); }
  std::span<const std::byte> payload() const { return bytes_.subspan(8); }
  std::span<const std::byte> bytes() const { return bytes_; }
  // A checksum of 0 is none, which IPv4 allows and IPv6 does not (RFC 8200, 8.1).
  bool checksum_ok(const IpAddress& source, const IpAddress& destination) const;

 private:
  explicit UdpView(std::span<const std::byte> bytes) : bytes_(bytes) {}

  std::span<const std::byte> bytes_;
};

// A whole datagram of UDP.
base::Bytes craft_udp(const IpHeader&, Port source, Port destination,
                      std::span<const std::byte> payload);

}  // namespace harness::wire
