#include "harness/wire/ip_address.h"

#include <arpa/inet.h>
#include <fmt/format.h>

#include <array>

namespace harness::wire {

std::optional<IpAddress> IpAddress::parse(std::string_view text) {
  std::array<std::byte, 16> octets;
  const std::string terminated{text};
  if (terminated.find('\0') != terminated.npos) return std::nullopt;  // C would stop reading there.
  if (inet_pton(AF_INET, terminated.c_str(), octets.data()) == 1) {
    return load(octets.data(), IpVersion::V4);
  }
  if (inet_pton(AF_INET6, terminated.c_str(), octets.data()) == 1) {
    return load(octets.data(), IpVersion::V6);
  }
  return std::nullopt;
}

std::string IpAddress::print() const {
  std::array<std::byte, 16> octets;
  store(octets.data());
  std::array<char, INET6_ADDRSTRLEN> text{};
  const int family = version_ == IpVersion::V4 ? AF_INET : AF_INET6;
  inet_ntop(family, octets.data(), text.data(), text.size());
  return text.data();
}

std::string Endpoint::print() const {
  return address.version() == IpVersion::V4 ? fmt::format("{}:{}", address.print(), port)
                                            : fmt::format("[{}]:{}", address.print(), port);
}

}  // namespace harness::wire
