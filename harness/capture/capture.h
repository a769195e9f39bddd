#pragma once

#include <cstddef>
#include <cstdint>
#include <string>
#include <vector>

#include "harness/base/bytes.h"

namespace harness::capture {

// LINKTYPE_ values (tcpdump.org/linktypes.html): what stands in front of an IP datagram.
inline constexpr std::uint16_t kLinkNull = 0, kLinkEthernet = 1, kLinkRaw = 101, kLinkLoop = 108,
                               kLinkCooked = 113, kLinkIpv4 = 228, kLinkIpv6 = 229,
                               kLinkCooked2 = 276;

// Which way a packet went, seen from the host that captured it.
enum class Way : std::uint8_t { Unknown, In, Out };

struct Interface {
  std::string name{};
  std::uint16_t link_type = kLinkRaw;

  friend bool operator==(const Interface&, const Interface&) = default;
};

struct Packet {
  std::int64_t at_ns = 0;       // Since 1970, or since the start of a run on virtual time.
  std::uint32_t interface = 0;  // Its place in Capture::interfaces.
  std::uint32_t original = 0;   // Octets it had on the wire; there may be fewer here.
  Way way = Way::Unknown;
  base::Bytes octets{};
  std::vector<std::string> comments{};

  friend bool operator==(const Packet&, const Packet&) = default;
};

// What a capture file holds, as far as we look at it.
struct Capture {
  std::string comment{};  // Of the whole.
  std::vector<Interface> interfaces{};
  std::vector<Packet> packets{};

  friend bool operator==(const Capture&, const Capture&) = default;
};

// Why a file cannot be read, and where.
struct CaptureError {
  std::size_t offset = 0;
  std::string message;  // A sentence.

  std::string print() const;  // "octet 24: ..."
};

}  // namespace harness::capture
