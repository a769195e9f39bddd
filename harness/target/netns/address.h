#pragma once

#include <sys/socket.h>

#include <optional>

#include "harness/wire/ip_address.h"

namespace harness::target::netns {

// An address as the socket calls take and give it.
struct SocketAddress {
  sockaddr_storage storage{};
  socklen_t length = sizeof(sockaddr_storage);

  const sockaddr* get() const { return reinterpret_cast<const sockaddr*>(&storage); }
  sockaddr* get() { return reinterpret_cast<sockaddr*>(&storage); }
};

// For a socket of this domain: AF_INET6 takes an IPv4 address as ::ffff:a.b.c.d, and any IPv4
// address as any address.
SocketAddress to_system(const wire::Endpoint&, int domain);
// The endpoint on the wire: ::ffff:a.b.c.d is IPv4. Nothing for another family.
std::optional<wire::Endpoint> to_endpoint(const SocketAddress&);

std::optional<wire::Endpoint> local_endpoint(int fd);   // getsockname
std::optional<wire::Endpoint> remote_endpoint(int fd);  // getpeername

}  // namespace harness::target::netns
