#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

#include "harness/base/bytes.h"

namespace harness::wire {

enum class IpVersion : std::uint8_t { V4 = 4, V6 = 6 };

// An IPv4 or IPv6 address; two words, so that comparing and hashing cost nothing.
class IpAddress {
 public:
  constexpr IpAddress() = default;  // 0.0.0.0
  static constexpr IpAddress v4(std::uint32_t host_order) {
    return IpAddress{0, host_order, IpVersion::V4};
  }
  static constexpr IpAddress v6(std::uint64_t high, std::uint64_t low) {
    return IpAddress{high, low, IpVersion::V6};
  }
  // "192.0.2.1" or "2001:db8::1"; nothing for anything else.
  static std::optional<IpAddress> parse(std::string_view);
  // From 4 or 16 octets of a header.
  static IpAddress load(const std::byte* at, IpVersion version) {
    return version == IpVersion::V4 ? v4(base::load32(at))
                                    : v6(base::load64(at), base::load64(at + 8));
  }

  constexpr IpVersion version() const { return version_; }
  constexpr std::uint64_t high() const { return high_; }
  constexpr std::uint64_t low() const { return low_; }
  constexpr std::size_t size() const { return version_ == IpVersion::V4 ? 4 : 16; }
  constexpr bool unspecified() const { return high_ == 0 && low_ == 0; }
  void store(std::byte* at) const {  // size() octets.
    if (version_ == IpVersion::V4) return base::store32(at, static_cast<std::uint32_t>(low_));
    base::store64(at, high_);
    base::store64(at + 8, low_);
  }
  std::string print() const;

  friend constexpr bool operator==(const IpAddress&, const IpAddress&) = default;

 private:
  constexpr IpAddress(std::uint64_t high, std::uint64_t low, IpVersion version)
      : high_(high), low_(low), version_(version) {}

  std::uint64_t high_ = 0, low_ = 0;
  IpVersion version_ = IpVersion::V4;
};

using Port = std::uint16_t;

struct Endpoint {
  IpAddress address;
  Port port = 0;

  std::string print() const;  // "192.0.2.1:8080", "[2001:db8::1]:8080"
  friend constexpr bool operator==(const Endpoint&, const Endpoint&) = default;
};

// The name of a connection, seen from the host that keeps it.
struct FourTuple {
  Endpoint local, remote;

  friend constexpr bool operator==(const FourTuple&, const FourTuple&) = default;
};

}  // namespace harness::wire
