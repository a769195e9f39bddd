#pragma once

#include <cstddef>
#include <cstdint>
#include <expected>
#include <span>
#include <string_view>

#include "harness/wire/ip_address.h"

namespace harness::wire {

enum class DatagramError : std::uint8_t {
  Short,         // Fewer octets than the header needs.
  Version,       // Neither 4 nor 6.
  HeaderLength,  // IPv4 header length below 20 octets, or past the end.
  TotalLength,   // The length field says more than there is, or less than the header.
};
std::string_view says(DatagramError);

inline constexpr std::uint8_t kProtocolTcp = 6;

// What the octets of an IPv4 or IPv6 datagram say (RFC 791, 3.1; RFC 8200, 3). Judges only what
// safe access needs. Octets past the length field are no part of the datagram.
class DatagramView {
 public:
  static std::expected<DatagramView, DatagramError> parse(std::span<const std::byte>);

  IpVersion version() const { return version_; }
  const IpAddress& source() const { return source_; }
  const IpAddress& destination() const { return destination_; }
  std::uint8_t protocol() const { return protocol_; }
  std::uint8_t ttl() const { return ttl_; }                      // Or hop limit.
  std::uint8_t traffic_class() const { return traffic_class_; }  // DSCP and ECN.
  std::uint16_t identification() const;                          // 0 for IPv6.
  std::uint32_t flow_label() const;                              // 0 for IPv4.
  bool fragment() const;            // IPv4: more fragments follow, or the offset is not 0.
  bool header_checksum_ok() const;  // Always for IPv6, which has none.
  std::span<const std::byte> header() const { return bytes_.first(header_length_); }
  std::span<const std::byte> payload() const { return bytes_.subspan(header_length_); }
  std::span<const std::byte> bytes() const { return bytes_; }

 private:
  std::span<const std::byte> bytes_;
  IpAddress source_, destination_;
  std::uint16_t header_length_ = 0;
  IpVersion version_ = IpVersion::V4;
  std::uint8_t protocol_ = 0, ttl_ = 0, traffic_class_ = 0;
};

}  // namespace harness::wire
