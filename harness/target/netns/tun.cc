#include "harness/target/netns/tun.h"

#include <fcntl.h>
#include <linux/if_addr.h>
#include <linux/if_tun.h>
#include <linux/netlink.h>
#include <linux/rtnetlink.h>
#include <net/if.h>
#include <netlink/addr.h>
#include <netlink/route/addr.h>
#include <netlink/route/link.h>
#include <netlink/route/nexthop.h>
#include <netlink/route/route.h>
#include <sys/ioctl.h>
#include <sys/socket.h>
#include <unistd.h>

#include <cerrno>
#include <cstring>
#include <memory>
#include <string>

#include "harness/base/system_error.h"
#include "harness/observe/netlink_socket.h"

namespace harness::target::netns {
namespace {

using observe::check_netlink;
using observe::NetlinkSocket;

constexpr unsigned kQueue = 10'000;  // Datagrams; more than a window holds.

template <auto Release>
struct With {
  template <class T>
  void operator()(T* object) const {
    Release(object);
  }
};
using Link = std::unique_ptr<rtnl_link, With<rtnl_link_put>>;
using Address = std::unique_ptr<rtnl_addr, With<rtnl_addr_put>>;
using Route = std::unique_ptr<rtnl_route, With<rtnl_route_put>>;
using Prefix = std::unique_ptr<nl_addr, With<nl_addr_put>>;

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

void add_address(const NetlinkSocket& socket, int index, const wire::IpAddress& ip) {
  const Address address{rtnl_addr_alloc()};
  rtnl_addr_set_ifindex(address.get(), index);
  const auto local = prefix(ip, static_cast<int>(ip.size()) * 8);
  check_netlink(rtnl_addr_set_local(address.get(), local.get()), "name an address");
  // Duplicate address detection would keep the address from being used for a second.
  if (ip.version() == wire::IpVersion::V6) rtnl_addr_set_flags(address.get(), IFA_F_NODAD);
  check_netlink(rtnl_addr_add(socket.get(), address.get(), 0), "give tun0 " + ip.print());
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
// local route is there, what arrives for it is dropped.
void await_address(const NetlinkSocket& socket, const wire::IpAddress& ip) {
  constexpr int kTries = 20'000;
  const auto to = prefix(ip, static_cast<int>(ip.size()) * 8);
  for (int i = 0; i < kTries; ++i) {
    rtnl_route* found = nullptr;
    const int result = rtnl_route_lookup(socket.get(), to.get(), &found);
    const Route route{found};
    if (result == 0 && found != nullptr && rtnl_route_get_type(found) == RTN_LOCAL) return;
    ::usleep(50);
  }
  throw base::SystemError{"wait for the address " + ip.print(), ETIMEDOUT};
}

}  // namespace

Tun::Tun(const Host& host) : file_(::open(kTunPath, O_RDWR | O_NONBLOCK | O_CLOEXEC)) {
  if (!file_.open()) throw base::SystemError{std::string{"open "} + kTunPath};
  ifreq request{};
  request.ifr_flags = IFF_TUN | IFF_NO_PI;
  std::strcpy(request.ifr_name, "tun0");
  if (::ioctl(file_.get(), TUNSETIFF, &request) != 0) throw base::SystemError{"make tun0"};
  index_ = static_cast<int>(::if_nametoindex("tun0"));
  if (index_ == 0) throw base::SystemError{"find tun0"};
  const NetlinkSocket socket{NETLINK_ROUTE};
  constexpr int kLoopback = 1;  // In every network namespace.
  bring_up(socket, kLoopback, 0);
  bring_up(socket, index_, host.mtu);
  add_address(socket, index_, host.local);
  add_route(socket, index_, host);
  await_address(socket, host.local);
}

bool Tun::write(std::span<const std::byte> datagram) {
  for (;;) {
    if (::write(file_.get(), datagram.data(), datagram.size()) >= 0) return true;
    // Neither version 4 nor 6, or no octet at all.
    if (errno == EINVAL) return false;
    if (errno != EINTR) throw base::SystemError{"write a datagram to tun0"};
  }
}

void Tun::drain() {
  std::byte room[1];  // The rest of a datagram is dropped.
  while (::read(file_.get(), room, sizeof room) >= 0 || errno == EINTR) {
  }
}

}  // namespace harness::target::netns
