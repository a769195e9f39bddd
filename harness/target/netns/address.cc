#include "harness/target/netns/address.h"

#include <netinet/in.h>

#include <cstring>

#include "harness/base/bytes.h"

namespace harness::target::netns {
namespace {

using wire::IpAddress;
using wire::IpVersion;

constexpr std::uint64_t kMapped = 0xFFFF;  // RFC 4291, 2.5.5.2: ::ffff:0:0/96.

bool mapped(const IpAddress& a) {
  return a.version() == IpVersion::V6 && a.high() == 0 && a.low() >> 32 == kMapped;
}

IpAddress as_v6(const IpAddress& a) {
  if (a.version() == IpVersion::V6) return a;
  return a.unspecified() ? IpAddress::v6(0, 0) : IpAddress::v6(0, kMapped << 32 | a.low());
}

}  // namespace

SocketAddress to_system(const wire::Endpoint& endpoint, int domain) {
  SocketAddress out;
  if (endpoint.address.version() == IpVersion::V4 && domain != AF_INET6) {
    sockaddr_in v4{};
    v4.sin_family = AF_INET;
    v4.sin_port = htons(endpoint.port);
    endpoint.address.store(reinterpret_cast<std::byte*>(&v4.sin_addr));
    std::memcpy(&out.storage, &v4, sizeof v4);
    out.length = sizeof v4;
  } else {
    sockaddr_in6 v6{};
    v6.sin6_family = AF_INET6;
    v6.sin6_port = htons(endpoint.port);
    as_v6(endpoint.address).store(reinterpret_cast<std::byte*>(&v6.sin6_addr));
    std::memcpy(&out.storage, &v6, sizeof v6);
    out.length = sizeof v6;
  }
  return out;
}

std::optional<wire::Endpoint> to_endpoint(const SocketAddress& address) {
  if (address.storage.ss_family == AF_INET) {
    sockaddr_in v4;
    std::memcpy(&v4, &address.storage, sizeof v4);
    const auto* octets = reinterpret_cast<const std::byte*>(&v4.sin_addr);
    return wire::Endpoint{IpAddress::load(octets, IpVersion::V4), ntohs(v4.sin_port)};
  }
  if (address.storage.ss_family == AF_INET6) {
    sockaddr_in6 v6;
    std::memcpy(&v6, &address.storage, sizeof v6);
    const auto* octets = reinterpret_cast<const std::byte*>(&v6.sin6_addr);
    auto ip = IpAddress::load(octets, IpVersion::V6);
    if (mapped(ip)) ip = IpAddress::v4(static_cast<std::uint32_t>(ip.low()));
    return wire::Endpoint{ip, ntohs(v6.sin6_port)};
  }
  return std::nullopt;
}

std::optional<wire::Endpoint> local_endpoint(int fd) {
  SocketAddress address;
  if (::getsockname(fd, address.get(), &address.length) != 0) return std::nullopt;
  return to_endpoint(address);
}

std::optional<wire::Endpoint> remote_endpoint(int fd) {
  SocketAddress address;
  if (::getpeername(fd, address.get(), &address.length) != 0) return std::nullopt;
  return to_endpoint(address);
}

}  // namespace harness::target::netns
