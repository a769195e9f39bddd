#include "harness/wire/datagram_view.h"

#include <algorithm>

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

namespace {

bool is_extension(std::uint8_t number) {
  switch (number) {
    case kHopByHop:
    case kRouting:
    case kFragmentHeader:
    case kAuthentication:
    case kDestinationOptions:
    case kMobility:
      return true;
    default:
      return false;
  }
}

// Octets of the extension header that `rest` begins with; 0 when it is not all there.
std::size_t extension_size(std::uint8_t number, std::span<const std::byte> rest) {
  if (rest.size() < 8) return 0;
  const std::size_t length = load8(rest.data() + 1);
  const std::size_t size = number == kFragmentHeader   ? 8
                           : number == kAuthentication ? (length + 2) * 4
                                                       : (length + 1) * 8;
  return size >= 8 && size <= rest.size() ? size : 0;
}

}  // namespace

std::expected<DatagramView, DatagramError> DatagramView::parse_quote(
    std::span<const std::byte> bytes) {
  return parse(bytes, true);
}

std::expected<DatagramView, DatagramError> DatagramView::parse(std::span<const std::byte> bytes,
                                                               bool quote) {
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
      if (total < header || (total > bytes.size() && !quote)) {
        return std::unexpected(DatagramError::TotalLength);
      }
      view.bytes_ = bytes.first(std::min(total, bytes.size()));
      view.total_length_ = static_cast<std::uint32_t>(total);
      view.header_length_ = static_cast<std::uint32_t>(header);
      view.version_ = IpVersion::V4;
      view.protocol_ = load8(at + 9);
      view.read_v4_fragment();
      return view;
    }
    case 6: {
      if (bytes.size() < 40) return std::unexpected(DatagramError::Short);
      const std::size_t total = 40u + load16(at + 4);
      if (total > bytes.size() && !quote) return std::unexpected(DatagramError::TotalLength);
      view.bytes_ = bytes.first(std::min(total, bytes.size()));
      view.total_length_ = static_cast<std::uint32_t>(total);
      view.header_length_ = 40;
      view.version_ = IpVersion::V6;
      view.protocol_ = load8(at + 6);
      if (is_extension(view.protocol_)) view.walk_extensions();
      return view;
    }
    default:
      return std::unexpected(DatagramError::Version);
  }
}

void DatagramView::walk_extensions() {
  while (is_extension(protocol_)) {
    const auto rest = payload();
    const std::size_t size = extension_size(protocol_, rest);
    if (size == 0) return;
    const bool fragments = protocol_ == kFragmentHeader;
    if (fragments) {
      const auto field = load16(rest.data() + 2);
      more_fragments_ = (field & 1) != 0;
      fragment_offset_ = static_cast<std::uint16_t>(field & 0xFFF8);
    }
    protocol_ = load8(rest.data());
    header_length_ += static_cast<std::uint32_t>(size);
    if (fragments && fragment_offset_ != 0) return;  // What follows is the middle of something.
  }
}

std::optional<std::span<const std::byte>> DatagramView::extension(std::uint8_t number) const {
  if (version_ == IpVersion::V4) return std::nullopt;
  auto rest = extensions();
  for (std::uint8_t next = load8(bytes_.data() + 6); !rest.empty();) {
    const auto header = rest.first(extension_size(next, rest));
    if (next == number) return header;
    next = load8(header.data());
    rest = rest.subspan(header.size());
  }
  return std::nullopt;
}

std::uint16_t DatagramView::identification() const {
  return version_ == IpVersion::V4 ? load16(bytes_.data() + 4) : std::uint16_t{0};
}

std::uint32_t DatagramView::flow_label() const {
  return version_ == IpVersion::V6 ? load32(bytes_.data()) & 0xF'FFFF : 0;
}

bool DatagramView::dont_fragment() const {
  return version_ == IpVersion::V4 && (load16(bytes_.data() + 6) & 0x4000) != 0;
}

bool DatagramView::header_checksum_ok() const {
  if (version_ == IpVersion::V6) return true;
  Checksum sum;
  if (header_length_ == 20) {  // Nearly all of them.
    for (std::size_t word = 0; word < 20; word += 4) sum.add32(load32(at(word)));
  } else {
    sum.add(header());
  }
  return sum.value() == 0;
}

}  // namespace harness::wire
