#include "harness/wire/icmp.h"

#include <algorithm>

#include "harness/base/check.h"
#include "harness/wire/checksum.h"
#include "harness/wire/options.h"
#include "harness/wire/segment.h"

namespace harness::wire {
namespace {

constexpr std::size_t kIcmpHeader = 8;

std::uint8_t icmp_of(IpVersion version) {
  return version == IpVersion::V4 ? kProtocolIcmp : kProtocolIcmpV6;
}

// RFC 4884, 4: where the quote ends in the messages that may go on behind it, in octets; 0 when
// they do not say.
std::size_t quote_length(const IcmpView& icmp) {
  const std::byte* at = icmp.bytes().data();
  if (icmp.version() == IpVersion::V4) {
    const bool extends = icmp.type() == kIcmpUnreachable || icmp.type() == kIcmpTimeExceeded ||
                         icmp.type() == kIcmpParameterProblem;
    return extends ? std::size_t{base::load8(at + 5)} * 4 : 0;
  }
  const bool extends = icmp.type() == kIcmpV6Unreachable || icmp.type() == kIcmpV6TimeExceeded;
  return extends ? std::size_t{base::load8(at + 4)} * 8 : 0;
}

// The destination field of a datagram under way by a source route names the next gateway; the
// destination itself comes last in the option (RFC 791, 3.1: as long as the pointer is not greater
// than the length).
IpAddress final_destination(const DatagramView& ip) {
  constexpr std::uint8_t kLoose = 131, kStrict = 137;
  constexpr std::size_t kHead = 3;  // Kind, length, pointer.
  if (ip.version() != IpVersion::V4) return ip.destination();
  for (const OptionView& option : Options{ip.extensions()}) {
    if (option.broken || (option.kind != kLoose && option.kind != kStrict)) continue;
    const std::size_t length = option.bytes.size();
    if (length < kHead + 4 || (length - kHead) % 4 != 0) continue;
    if (base::load8(&option.bytes[2]) > length) break;  // All gateways are passed.
    return IpAddress::v4(base::load32(&option.bytes[length - 4]));
  }
  return ip.destination();
}

}  // namespace

std::string_view says(IcmpError error) {
  switch (error) {
    case IcmpError::NoIcmp:
      return "no ICMP";
    case IcmpError::Short:
      return "shorter than an ICMP header";
  }
  return "";
}

std::expected<IcmpView, IcmpError> IcmpView::parse(IpVersion version,
                                                   std::span<const std::byte> bytes) {
  if (bytes.size() < kIcmpHeader) return std::unexpected(IcmpError::Short);
  return IcmpView{version, bytes};
}

std::expected<IcmpView, IcmpError> IcmpView::parse(const DatagramView& ip) {
  if (ip.protocol() != icmp_of(ip.version()) || ip.fragment_offset() != 0) {
    return std::unexpected(IcmpError::NoIcmp);
  }
  return parse(ip.version(), ip.payload());
}

bool is_icmp_error(IpVersion version, std::uint8_t type) {
  if (version == IpVersion::V6) return type < 128;
  switch (type) {
    case kIcmpUnreachable:
    case kIcmpSourceQuench:
    case kIcmpRedirect:
    case kIcmpTimeExceeded:
    case kIcmpParameterProblem:
      return true;
    default:
      return false;
  }
}

std::span<const std::byte> IcmpView::quote() const {
  if (!is_error()) return {};
  const auto behind = bytes_.subspan(kIcmpHeader);
  const std::size_t length = quote_length(*this);
  return length == 0 ? behind : behind.first(std::min(length, behind.size()));
}

std::optional<std::uint32_t> IcmpView::mtu() const {
  if (version_ == IpVersion::V4 && type() == kIcmpUnreachable &&
      code() == kIcmpFragmentationNeeded) {
    return rest() & 0xFFFF;
  }
  if (version_ == IpVersion::V6 && type() == kIcmpV6PacketTooBig) return rest();
  return std::nullopt;
}

std::optional<QuotedSegment> quoted_segment(const IcmpView& icmp) {
  const auto ip = DatagramView::parse_quote(icmp.quote());
  if (!ip || ip->version() != icmp.version() || ip->protocol() != kProtocolTcp) return std::nullopt;
  const auto tcp = ip->payload();
  if (ip->fragment_offset() != 0 || tcp.size() < 8) return std::nullopt;
  QuotedSegment quoted{
      .connection = {.local = {.address = ip->source(), .port = base::load16(tcp.data())},
                     .remote = {.address = final_destination(*ip), .port = base::load16(&tcp[2])}},
      .seq = SeqNum{base::load32(&tcp[4])},
      .octets = tcp};
  if (tcp.size() > 12 && !ip->fragment()) {
    const std::size_t headers = ip->header().size() + (base::load8(&tcp[12]) >> 4) * 4u;
    if (headers <= ip->total_length()) {
      quoted.payload = static_cast<std::uint32_t>(ip->total_length() - headers);
    }
  }
  return quoted;
}

std::uint16_t icmp_checksum(const IpAddress& source, const IpAddress& destination,
                            std::span<const std::byte> message) {
  if (source.version() == IpVersion::V6) {
    return transport_checksum(source, destination, kProtocolIcmpV6, message);
  }
  Checksum sum;
  sum.add(message);
  return sum.value();
}

std::span<const std::byte> quote_of(std::span<const std::byte> datagram, std::size_t octets) {
  const auto ip = DatagramView::parse(datagram);
  if (!ip) return datagram;
  return ip->bytes().first(std::min(ip->bytes().size(), ip->header().size() + octets));
}

std::size_t datagram_size(const IpHeader& ip, const IcmpMessage& message) {
  return ip_header_size(ip) + kIcmpHeader + message.quote.size();
}

void write(const IpHeader& ip, const IcmpMessage& message, std::span<std::byte> out) {
  CHECK(out.size() == datagram_size(ip, message) && out.size() <= 65'535);
  const auto icmp = write_ip_header(ip, icmp_of(ip.source.version()), out);
  base::store8(icmp.data(), message.type);
  base::store8(&icmp[1], message.code);
  base::store16(&icmp[2], 0);
  base::store32(&icmp[4], message.rest);
  std::ranges::copy(message.quote, icmp.subspan(kIcmpHeader).begin());
  base::store16(&icmp[2],
                message.checksum.value_or(icmp_checksum(ip.source, ip.destination, icmp)));
}

base::Bytes craft(const IpHeader& ip, const IcmpMessage& message) {
  base::Bytes datagram(datagram_size(ip, message));
  write(ip, message, datagram);
  return datagram;
}

}  // namespace harness::wire
