#pragma once

#include <cstddef>
#include <cstdint>
#include <expected>
#include <optional>
#include <span>
#include <string_view>

#include "harness/base/bytes.h"
#include "harness/wire/ip_address.h"

namespace harness::wire {

enum class DatagramError : std::uint8_t {
  Short,         // Fewer octets than the header needs.
  Version,       // Neither 4 nor 6.
  HeaderLength,  // IPv4 header length below 20 octets, or past the end.
  TotalLength,   // The length field says more than there is, or less than the header.
};
std::string_view says(DatagramError);

// IANA, Protocol Numbers: what a datagram carries ...
inline constexpr std::uint8_t kProtocolIcmp = 1, kProtocolTcp = 6, kProtocolUdp = 17,
                              kProtocolIcmpV6 = 58, kProtocolNone = 59;
// ... and the extension headers of IPv6 (RFC 8200, 4; RFC 4302: authentication).
inline constexpr std::uint8_t kHopByHop = 0, kRouting = 43, kFragmentHeader = 44,
                              kAuthentication = 51, kDestinationOptions = 60, kMobility = 135;

// What the octets of an IPv4 or IPv6 datagram say (RFC 791, 3.1; RFC 8200, 3 and 4). Judges only
// what safe access needs. Octets past the length field are no part of the datagram.
//
// IPv6 extension headers belong to the header; protocol() is what stands behind them. The walk ends
// where it cannot go on: at a header past the end, which is then the payload and its number the
// protocol, and behind the fragment header of any fragment but the first.
class DatagramView {
 public:
  static std::expected<DatagramView, DatagramError> parse(std::span<const std::byte> bytes) {
    // What nearly all of them are costs a few comparisons: IPv4 without options.
    if (bytes.size() >= 20 && base::load8(bytes.data()) == 0x45) {
      const std::size_t total = base::load16(bytes.data() + 2);
      if (total >= 20 && total <= bytes.size()) return DatagramView{bytes.first(total)};
    }
    return parse(bytes, false);
  }
  // The same for the beginning of a datagram, as an ICMP error quotes it: the length field may say
  // more than there is.
  static std::expected<DatagramView, DatagramError> parse_quote(std::span<const std::byte>);

  IpVersion version() const { return version_; }
  IpAddress source() const {
    return IpAddress::load(at(version_ == IpVersion::V4 ? 12 : 8), version_);
  }
  IpAddress destination() const {
    return IpAddress::load(at(version_ == IpVersion::V4 ? 16 : 24), version_);
  }
  std::uint8_t protocol() const { return protocol_; }
  std::uint8_t ttl() const {  // Or hop limit.
    return base::load8(at(version_ == IpVersion::V4 ? 8 : 7));
  }
  std::uint8_t traffic_class() const {  // DSCP and ECN.
    return version_ == IpVersion::V4 ? base::load8(at(1))
                                     : static_cast<std::uint8_t>(base::load16(at(0)) >> 4);
  }
  std::uint16_t identification() const;                       // 0 for IPv6.
  std::uint32_t flow_label() const;                           // 0 for IPv4.
  std::size_t total_length() const { return total_length_; }  // As the length field says.
  // More fragments follow, or the offset is not 0. An atomic fragment (RFC 6946) is none.
  bool fragment() const { return more_fragments_ || fragment_offset_ != 0; }
  bool more_fragments() const { return more_fragments_; }
  std::uint16_t fragment_offset() const { return fragment_offset_; }  // In octets.
  bool dont_fragment() const;                                         // False for IPv6.
  bool header_checksum_ok() const;  // Always for IPv6, which has none.
  std::span<const std::byte> header() const { return bytes_.first(header_length_); }
  // Behind the fixed header: the options of IPv4, which Options of options.h walks (their first
  // two kinds and their length octets are TCP's), or the extension headers of IPv6.
  std::span<const std::byte> extensions() const {
    return header().subspan(version_ == IpVersion::V4 ? 20 : 40);
  }
  // The first IPv6 extension header of this number, whole.
  std::optional<std::span<const std::byte>> extension(std::uint8_t number) const;
  std::span<const std::byte> payload() const { return bytes_.subspan(header_length_); }
  std::span<const std::byte> bytes() const { return bytes_; }

 private:
  // IPv4 without options, checked.
  explicit DatagramView(std::span<const std::byte> bytes)
      : bytes_(bytes),
        total_length_(static_cast<std::uint32_t>(bytes.size())),
        protocol_(base::load8(at(9))) {
    read_v4_fragment();
  }
  DatagramView() = default;

  static std::expected<DatagramView, DatagramError> parse(std::span<const std::byte>, bool quote);
  void read_v4_fragment() {
    const auto field = base::load16(at(6));
    more_fragments_ = (field & 0x2000) != 0;
    fragment_offset_ = static_cast<std::uint16_t>((field & 0x1FFF) * 8);
  }
  void walk_extensions();
  const std::byte* at(std::size_t offset) const { return bytes_.data() + offset; }

  std::span<const std::byte> bytes_;
  std::uint32_t total_length_ = 0, header_length_ = 20;
  std::uint16_t fragment_offset_ = 0;
  bool more_fragments_ = false;
  IpVersion version_ = IpVersion::V4;
  std::uint8_t protocol_ = 0;
};

}  // namespace harness::wire
