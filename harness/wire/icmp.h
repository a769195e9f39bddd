#pragma once

#include <cstddef>
#include <cstdint>
#include <expected>
#include <optional>
#include <span>
#include <string_view>

#include "harness/wire/craft.h"
#include "harness/wire/datagram_view.h"
#include "harness/wire/ip_address.h"
#include "harness/wire/seq_num.h"

namespace harness::wire {

// The types that matter to TCP (RFC 792; RFC 4443), one list for each version.
inline constexpr std::uint8_t kIcmpUnreachable = 3, kIcmpSourceQuench = 4, kIcmpRedirect = 5,
                              kIcmpTimeExceeded = 11, kIcmpParameterProblem = 12;
inline constexpr std::uint8_t kIcmpV6Unreachable = 1, kIcmpV6PacketTooBig = 2,
                              kIcmpV6TimeExceeded = 3, kIcmpV6ParameterProblem = 4;
// Codes of unreachable: IPv4's "fragmentation needed and DF set" carries an MTU (RFC 1191, 4).
inline constexpr std::uint8_t kIcmpProtocolUnreachable = 2, kIcmpPortUnreachable = 3,
                              kIcmpFragmentationNeeded = 4;
inline constexpr std::uint8_t kIcmpV6PortUnreachable = 4;

// Whether messages of this type report an error, and so quote what brought it about (RFC 1122,
// 3.2.2; RFC 4443, 2.1).
bool is_icmp_error(IpVersion, std::uint8_t type);

enum class IcmpError : std::uint8_t {
  NoIcmp,  // Its protocol is another, or the other version's ICMP.
  Short,   // Fewer than the 8 octets of an ICMP header.
};
std::string_view says(IcmpError);

// What the octets of an ICMP message say, legal or not.
class IcmpView {
 public:
  static std::expected<IcmpView, IcmpError> parse(IpVersion, std::span<const std::byte>);
  static std::expected<IcmpView, IcmpError> parse(const DatagramView&);

  IpVersion version() const { return version_; }
  std::uint8_t type() const { return base::load8(bytes_.data()); }
  std::uint8_t code() const { return base::load8(bytes_.data() + 1); }
  std::uint16_t checksum() const { return base::load16(bytes_.data() + 2); }
  std::uint32_t rest() const { return base::load32(bytes_.data() + 4); }  // Octets 4 to 7.
  std::span<const std::byte> bytes() const { return bytes_; }

  bool is_error() const { return is_icmp_error(version_, type()); }
  // The beginning of that datagram; empty in a message that quotes none. Without the extensions of
  // RFC 4884 when a length says where they begin.
  std::span<const std::byte> quote() const;
  // Of "fragmentation needed" and "packet too big"; 0 from routers older than RFC 1191.
  std::optional<std::uint32_t> mtu() const;

 private:
  IcmpView(IpVersion version, std::span<const std::byte> bytes)
      : bytes_(bytes), version_(version) {}

  std::span<const std::byte> bytes_;
  IpVersion version_;
};

// What an error tells the host it is sent to: which of its segments it is about (RFC 5927, 3.1).
struct QuotedSegment {
  // Local: the quoted segment's source, which is who gets the error. Remote: its destination, not a
  // gateway of its source route (RFC 791, 3.1).
  FourTuple connection;
  SeqNum seq{0};
  std::optional<std::uint32_t> payload{};  // Octets of data it carried, when the quote shows it.
  std::span<const std::byte> octets{};     // As much of the segment as was quoted, at least 8.
};
// Nothing when the quote is no TCP, a later fragment, or too short for ports and sequence number.
std::optional<QuotedSegment> quoted_segment(const IcmpView&);

// Of a whole message, its checksum field included: 0 when that is right, and the value to store
// when it is 0. IPv4 counts no pseudo-header (RFC 792), IPv6 does (RFC 4443, 2.3).
std::uint16_t icmp_checksum(const IpAddress& source, const IpAddress& destination,
                            std::span<const std::byte> message);

// An ICMP message to send.
struct IcmpMessage {
  std::uint8_t type = 0, code = 0;
  std::uint32_t rest = 0;              // Octets 4 to 7: an MTU, a pointer, identifier and number.
  std::span<const std::byte> quote{};  // What stands behind the header.
  std::optional<std::uint16_t> checksum{};  // Absent: the right one.
};

// Of a datagram what an error about it quotes: its IP header and `octets` of what follows (RFC 792:
// 8; RFC 1812, 4.3.2.3 and RFC 4443: as many as fit). All of it when it cannot be read.
std::span<const std::byte> quote_of(std::span<const std::byte> datagram, std::size_t octets = 8);

std::size_t datagram_size(const IpHeader&, const IcmpMessage&);
// A whole datagram; `out` is exactly datagram_size() long and at most 65,535 octets.
void write(const IpHeader&, const IcmpMessage&, std::span<std::byte> out);
base::Bytes craft(const IpHeader&, const IcmpMessage&);

}  // namespace harness::wire
