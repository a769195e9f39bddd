#include "harness/wire/udp_view.h"

#include <algorithm>

#include "harness/base/check.h"
#include "harness/wire/checksum.h"
#include "harness/wire/datagram_view.h"

namespace harness::wire {
namespace {

constexpr std::size_t kUdpHeader = 8;

}  // namespace

std::string_view says(UdpError error) {
  switch (error) {
    case UdpError::Short:
      return "shorter than a UDP header";
    case UdpError::Length:
      return "UDP length field disagrees with the octets there are";
  }
  return "";
}

std::expected<UdpView, UdpError> UdpView::parse(std::span<const std::byte> bytes) {
  if (bytes.size() < kUdpHeader) return std::unexpected(UdpError::Short);
  const std::size_t length = base::load16(bytes.data() + 4);
  if (length < kUdpHeader || length > bytes.size()) return std::unexpected(UdpError::Length);
  return UdpView{bytes.first(length)};
}

bool UdpView::checksum_ok(const IpAddress& source, const IpAddress& destination) const {
  if (checksum() == 0) return source.version() == IpVersion::V4;
  return transport_checksum(source, destination, kProtocolUdp, bytes_) == 0;
}

base::Bytes craft_udp(const IpHeader& ip, Port source, Port destination,
                      std::span<const std::byte> payload) {
  base::Bytes datagram(ip_header_size(ip) + kUdpHeader + payload.size());
  CHECK(datagram.size() <= 65'535);
  const auto udp = write_ip_header(ip, kProtocolUdp, datagram);
  base::store16(udp.data(), source);
  base::store16(&udp[2], destination);
  base::store16(&udp[4], static_cast<std::uint16_t>(udp.size()));
  base::store16(&udp[6], 0);
  std::ranges::copy(payload, udp.subspan(kUdpHeader).begin());
  const auto sum = transport_checksum(ip.source, ip.destination, kProtocolUdp, udp);
  base::store16(&udp[6], sum == 0 ? std::uint16_t{0xFFFF} : sum);  // RFC 768: 0 means none.
  return datagram;
}

}  // namespace harness::wire
