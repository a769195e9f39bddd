#pragma once

#include <array>
#include <cstddef>
#include <memory>

#include "harness/observe/netlink_socket.h"
#include "harness/target/target.h"

struct rtnl_link;
struct nl_addr;

namespace harness::target::netns {

using EthernetAddress = std::array<std::byte, 6>;

template <auto Release>
struct ReleaseWith {
  template <class T>
  void operator()(T* object) const {
    Release(object);
  }
};

std::unique_ptr<nl_addr, void (*)(nl_addr*)> as_netlink(const EthernetAddress&);

// Of the socket's network namespace. 0 octets: the MTU it has.
void bring_up(const observe::NetlinkSocket&, int device, unsigned mtu);
// Brings up this device and the loopback device, and gives it the host's address and the route to
// its peer; all of it is usable when this returns.
void attach_host(const observe::NetlinkSocket&, int device, const Host&);
// The peer's address is known to be there, for good: nobody has to answer for it.
void add_neighbour(const observe::NetlinkSocket&, int device, const wire::IpAddress&,
                   const EthernetAddress&);

}  // namespace harness::target::netns
