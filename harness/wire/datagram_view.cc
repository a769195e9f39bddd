#include "harness/wire/datagram_view.h"

#include "harness/wire/checksum.h"

namespace harness::wire {

using base::load16;
using base::load32;
using base::load8;

std::string_view says(DatagramError error) {
  switch (error) {
    case DatagramError::Short:
      return "shorter than an IP header";
    case DatagramError::Version:
      return "neither IPv4 nor IPv6";
    case DatagramError::HeaderLength:
      return "IPv4 header length below 20 or past the end";
    case DatagramError::TotalLength:
      return "length field disagrees with the octets there are";
  }
  return "";
}

std::expected<DatagramView, DatagramError> DatagramView::parse(std::span<const std::byte> bytes) {
  if (bytes.empty()) return std::unexpected(DatagramError::Short);
  const std::byte* at = bytes.data();
  DatagramView view;
  switch (load8(at) >> 4) {
    case 4: {
      if (bytes.size() < 20) return std::unexpected(DatagramError::Short);
      const std::size_t header = std::size_t{load8(at) & 0xFu} * 4, total = load16(at + 2);
      if (header < 20 || header > bytes.size()) {
        return std::unexpected(DatagramError::HeaderLength);
      }
      if (total < header || total > bytes.size()) {
        return std::unexpected(DatagramError::TotalLength);
      }
      view.bytes_ = bytes.first(total);
      view.header_length_ = static_cast<std::uint16_t>(header);
      view.version_ = IpVersion::V4;
      view.traffic_class_ = load8(at + 1);
      view.ttl_ = load8(at + 8);
      view.protocol_ = load8(at + 9);
      view.source_ = IpAddress::load(at + 12, IpVersion::V4);
      view.destination_ = IpAddress::load(at + 16, IpVersion::V4);
      return view;
    }
    case 6: {
      if (bytes.size() < 40) return std::unexpected(DatagramError::Short);
      const std::size_t total = 40u + load16(at + 4);
      if (total > bytes.size()) return std::unexpected(DatagramError::TotalLength);
      view.bytes_ = bytes.first(total);
      view.header_length_ = 40;
      view.version_ = IpVersion::V6;
      view.traffic_class_ = static_cast<std::uint8_t>(load16(at) >> 4);
      view.protocol_ = load8(at + 6);
      view.ttl_ = load8(at + 7);
      view.source_ = IpAddress::load(at + 8, IpVersion::V6);
      view.destination_ = IpAddress::load(at + 24, IpVersion::V6);
      return view;
    }
    default:
      return std::unexpected(DatagramError::Version);
  }
}

std::uint16_t DatagramView::identification() const {
  return version_ == IpVersion::V4 ? load16(bytes_.data() + 4) : std::uint16_t{0};
}

std::uint32_t DatagramView::flow_label() const {
  return version_ == IpVersion::V6 ? load32(bytes_.data()) & 0xF'FFFF : 0;
}

bool DatagramView::fragment() const {
  return version_ == IpVersion::V4 && (load16(bytes_.data() + 6) & 0x3FFF) != 0;
}

bool DatagramView::header_checksum_ok() const {
  if (version_ == IpVersion::V6) return true;
  Checksum sum;
  sum.add(header());
  return sum.value() == 0;
}

}  // namespace harness::wire
