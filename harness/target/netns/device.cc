#include "harness/target/netns/device.h"

#include <linux/if_addr.h>
#include <linux/if_link.h>
#include <linux/netlink.h>
#include <linux/rtnetlink.h>
#include <net/if.h>
#include <netlink/addr.h>
#include <netlink/errno.h>
#include <netlink/route/addr.h>
#include <netlink/route/link.h>
#include <netlink/route/link/inet6.h>
#include <netlink/route/neighbour.h>
#include <netlink/route/nexthop.h>
#include <netlink/route/route.h>
#include <sys/socket.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <memory>
#include <string>

#include "harness/base/system_error.h"

namespace harness::target::netns {
namespace {

using observe::check_netlink;
using observe::NetlinkSocket;

constexpr unsigned kQueue = 10'000;  // Datagrams; more than a window holds.

using Link = std::unique_ptr<rtnl_link, ReleaseWith<rtnl_link_put>>;
using Address = std::unique_ptr<rtnl_addr, ReleaseWith<rtnl_addr_put>>;
using Route = std::unique_ptr<rtnl_route, ReleaseWith<rtnl_route_put>>;
using Neighbour = std::unique_ptr<rtnl_neigh, ReleaseWith<rtnl_neigh_put>>;
using Prefix = std::unique_ptr<nl_addr, ReleaseWith<nl_addr_put>>;

int family(const wire::IpAddress& ip) {
  return ip.version() == wire::IpVersion::V4 ? AF_INET : AF_INET6;
}

Prefix prefix(const wire::IpAddress& ip, int length) {
  std::byte octets[16] = {};
  ip.store(octets);
  // What the kernel wants of a route: no bit set behind the prefix.
  for (int bit = length; bit < static_cast<int>(ip.size()) * 8; ++bit) {
    octets[bit / 8] &= ~(std::byte{0x80} >> (bit % 8));
  }
  Prefix made{nl_addr_build(family(ip), octets, ip.size())};
  if (!made) throw base::SystemError{"allocate an address", ENOMEM};
  nl_addr_set_prefixlen(made.get(), length);
  return made;
}

// Before it is up. The setting of the same name below /proc/sys would do for all devices at once,
// but while another process holds the lock of the devices the kernel tries each access to it again
// and again, and a process that goes before others keeps that one from ever letting go.
void without_link_local_address(const NetlinkSocket& socket, int index) {
  const Link now{rtnl_link_alloc()}, wanted{rtnl_link_alloc()};
  rtnl_link_set_ifindex(now.get(), index);
  check_netlink(rtnl_link_inet6_set_addr_gen_mode(wanted.get(), IN6_ADDR_GEN_MODE_NONE),
                "name how a device makes its addresses");
  const int result = rtnl_link_change(socket.get(), now.get(), wanted.get(), 0);
  const bool no_ipv6 = result == -NLE_AF_NOSUPPORT || result == -NLE_OPNOTSUPP;
  if (!no_ipv6) check_netlink(result, "keep a device from making an address of its own");
}

void add_address(const NetlinkSocket& socket, int index, const wire::IpAddress& ip) {
  const Address address{rtnl_addr_alloc()};
  rtnl_addr_set_ifindex(address.get(), index);
  const auto local = prefix(ip, static_cast<int>(ip.size()) * 8);
  check_netlink(rtnl_addr_set_local(address.get(), local.get()), "name an address");
  // Duplicate address detection would keep the address from being used for a second.
  if (ip.version() == wire::IpVersion::V6) rtnl_addr_set_flags(address.get(), IFA_F_NODAD);
  check_netlink(rtnl_addr_add(socket.get(), address.get(), 0), "give a device " + ip.print());
}

void add_route(const NetlinkSocket& socket, int index, const Host& host) {
  const Route route{rtnl_route_alloc()};
  const auto to = prefix(host.remote, host.remote_prefix);
  rtnl_route_set_family(route.get(), static_cast<std::uint8_t>(family(host.remote)));
  rtnl_route_set_table(route.get(), RT_TABLE_MAIN);
  rtnl_route_set_scope(route.get(), RT_SCOPE_LINK);
  rtnl_route_set_protocol(route.get(), RTPROT_STATIC);
  check_netlink(rtnl_route_set_dst(route.get(), to.get()), "name a route");
  rtnl_nexthop* const hop = rtnl_route_nh_alloc();
  if (hop == nullptr) throw base::SystemError{"allocate a route", ENOMEM};
  rtnl_route_nh_set_ifindex(hop, index);
  rtnl_route_add_nexthop(route.get(), hop);  // Which owns it from here on.
  check_netlink(rtnl_route_add(socket.get(), route.get(), NLM_F_CREATE | NLM_F_REPLACE),
                "route to " + host.remote.print());
}

// The kernel makes an IPv6 address usable in its own time, behind the call that adds it: until the
// local route is there, what arrives for it is dropped. It is a thread of the kernel that does it,
// at an ordinary priority: on a busy machine it needs the processor more than we do, and seconds.
void await_address(const NetlinkSocket& socket, const wire::IpAddress& ip) {
  constexpr unsigned kFirstUs = 50, kLongestUs = 5'000, kMostUs = 20'000'000;
  const auto to = prefix(ip, static_cast<int>(ip.size()) * 8);
  unsigned pause = kFirstUs;
  for (unsigned waited = 0; waited < kMostUs; waited += pause) {
    rtnl_route* found = nullptr;
    const int result = rtnl_route_lookup(socket.get(), to.get(), &found);
    const Route route{found};
    if (result == 0 && found != nullptr && rtnl_route_get_type(found) == RTN_LOCAL) return;
    ::usleep(pause);
    if (waited > 20 * kFirstUs) pause = std::min(2 * pause, kLongestUs);
  }
  throw base::SystemError{"wait for the address " + ip.print(), ETIMEDOUT};
}

}  // namespace

std::unique_ptr<nl_addr, void (*)(nl_addr*)> as_netlink(const EthernetAddress& address) {
  nl_addr* const made = nl_addr_build(AF_LLC, address.data(), address.size());
  if (made == nullptr) throw base::SystemError{"allocate an address", ENOMEM};
  return {made, nl_addr_put};
}

void bring_up(const NetlinkSocket& socket, int index, unsigned mtu) {
  const Link now{rtnl_link_alloc()}, wanted{rtnl_link_alloc()};
  rtnl_link_set_ifindex(now.get(), index);
  rtnl_link_set_flags(wanted.get(), IFF_UP);
  if (mtu != 0) {
    rtnl_link_set_mtu(wanted.get(), mtu);
    rtnl_link_set_txqlen(wanted.get(), kQueue);
  }
  check_netlink(rtnl_link_change(socket.get(), now.get(), wanted.get(), 0), "bring up a link");
}

void attach_host(const NetlinkSocket& socket, int device, const Host& host) {
  constexpr int kLoopback = 1;  // In every network namespace.
  bring_up(socket, kLoopback, 0);
  without_link_local_address(socket, device);
  bring_up(socket, device, host.mtu);
  add_address(socket, device, host.local);
  add_route(socket, device, host);
  await_address(socket, host.local);
}

void add_neighbour(const NetlinkSocket& socket, int device, const wire::IpAddress& ip,
                   const EthernetAddress& address) {
  const Neighbour neighbour{rtnl_neigh_alloc()};
  const auto at = prefix(ip, static_cast<int>(ip.size()) * 8);
  const auto link = as_netlink(address);
  rtnl_neigh_set_ifindex(neighbour.get(), device);
  rtnl_neigh_set_state(neighbour.get(), NUD_PERMANENT);
  rtnl_neigh_set_lladdr(neighbour.get(), link.get());
  check_netlink(rtnl_neigh_set_dst(neighbour.get(), at.get()), "name a neighbour");
  check_netlink(rtnl_neigh_add(socket.get(), neighbour.get(), NLM_F_CREATE | NLM_F_REPLACE),
                "tell where " + ip.print() + " is");
}

}  // namespace harness::target::netns
