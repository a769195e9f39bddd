#include "harness/target/netns/raw_wire.h"

#include <fcntl.h>
#include <linux/ethtool.h>
#include <linux/if_ether.h>
#include <linux/if_packet.h>
#include <linux/netlink.h>
#include <linux/sockios.h>
#include <net/if.h>
#include <netlink/addr.h>
#include <netlink/route/link.h>
#include <netlink/route/link/veth.h>
#include <sys/ioctl.h>
#include <sys/socket.h>
#include <sys/uio.h>

#include <array>
#include <cerrno>
#include <cstring>
#include <initializer_list>
#include <memory>
#include <utility>

#include "harness/base/bytes.h"
#include "harness/base/system_error.h"
#include "harness/target/netns/closer.h"
#include "harness/target/netns/device.h"
#include "harness/target/netns/sysctl.h"

namespace harness::target::netns {
namespace {

using observe::check_netlink;
using observe::NetlinkSocket;
using Link = std::unique_ptr<rtnl_link, ReleaseWith<rtnl_link_put>>;

constexpr const char* kNear = "wire0";  // The end of the kernel under test.
constexpr const char* kFar = "wire1";   // Ours.
// IEEE 802, locally administered.
constexpr EthernetAddress kNearAddress{std::byte{2}, {}, {}, {}, {}, std::byte{1}};
constexpr EthernetAddress kFarAddress{std::byte{2}, {}, {}, {}, {}, std::byte{2}};
// Who the kernel under test believes to be at our end. Nobody is: what it sends is another host's
// to our end's stack, which lets go of it before it looks at it.
constexpr EthernetAddress kPeerAddress{std::byte{2}, {}, {}, {}, {}, std::byte{3}};
constexpr unsigned kMostMtu = 65'535;

using Header = std::array<std::byte, ETH_HLEN>;

Header header(std::uint16_t protocol) {
  Header made;
  std::memcpy(made.data(), kNearAddress.data(), kNearAddress.size());
  std::memcpy(made.data() + ETH_ALEN, kPeerAddress.data(), kPeerAddress.size());
  base::store16(made.data() + 2 * ETH_ALEN, protocol);
  return made;
}

void request(int socket, unsigned long what, const char* device, ifreq& request,
             const char* attempted) {
  std::strcpy(request.ifr_name, device);
  if (::ioctl(socket, what, &request) != 0) throw base::SystemError{attempted};
}

int index_of(int socket, const char* device) {
  ifreq asked{};
  request(socket, SIOCGIFINDEX, device, asked, "find a device");
  return asked.ifr_ifindex;
}

// `socket`: of the device's network namespace. Each takes a lock of the whole host.
void without(int socket, const char* device, std::initializer_list<std::uint32_t> offloads) {
  for (const auto offload : offloads) {
    ethtool_value off{.cmd = offload, .data = 0};
    ifreq asked{};
    asked.ifr_data = reinterpret_cast<char*>(&off);
    std::strcpy(asked.ifr_name, device);
    // What a kernel's veth cannot switch it does not do.
    if (::ioctl(socket, SIOCETHTOOL, &asked) != 0 && errno != EOPNOTSUPP) {
      throw base::SystemError{"switch off the offloads of a device"};
    }
  }
}

void describe(rtnl_link* end, const char* device, const EthernetAddress& address, unsigned mtu) {
  const auto at = as_netlink(address);
  rtnl_link_set_name(end, device);
  rtnl_link_set_addr(end, at.get());
  rtnl_link_set_mtu(end, mtu);
  // Nobody asks or answers for addresses: whoever is in the peer's network is at our end.
  rtnl_link_set_flags(end, IFF_NOARP);
}

void make_pair(const NetlinkSocket& socket, int far_name_space, unsigned mtu) {
  const Link near{rtnl_link_veth_alloc()};
  if (!near) throw base::SystemError{"allocate a link", ENOMEM};
  const Link far{rtnl_link_veth_get_peer(near.get())};
  describe(near.get(), kNear, kNearAddress, mtu);
  describe(far.get(), kFar, kFarAddress, kMostMtu);
  rtnl_link_set_ns_fd(far.get(), far_name_space);
  check_netlink(rtnl_link_add(socket.get(), near.get(), NLM_F_CREATE | NLM_F_EXCL),
                "make a pair of virtual Ethernet devices");
}

// A kernel without IPv6 has none of the second kind.
void be_silent() {
  for (const auto setting : {"net.ipv4.ip_forward=0", "net.ipv6.conf.default.disable_ipv6=1"}) {
    ensure_sysctl(setting);
  }
}

}  // namespace

FarEnd::FarEnd()
    : name_space_(::open("/proc/thread-self/ns/net", O_RDONLY | O_CLOEXEC)),
      netlink_(NETLINK_ROUTE),
      frames_(PacketSocket::Sees::Arriving) {
  if (!name_space_.open()) throw base::SystemError{"open a network namespace"};
  be_silent();
}

void FarEnd::plug_in(const char* device) {
  const int index = index_of(frames_.fd(), device);
  // Nothing else could happen here: the frames we write are whole, and are summed.
  without(frames_.fd(), device, {ETHTOOL_SGRO});
  bring_up(netlink_, index, 0);
  // A device gets its queue some time after its carrier; until then what is queued is dropped.
  const int bypass = 1;
  if (::setsockopt(frames_.fd(), SOL_PACKET, PACKET_QDISC_BYPASS, &bypass, sizeof bypass) != 0) {
    throw base::SystemError{"send without a queue"};
  }
  frames_.bind(index);
  name_space_.close();
}

RawWire::RawWire(FarEnd far, const Host& host) : far_(std::move(far)), most_(host.mtu) {
  const NetlinkSocket socket{NETLINK_ROUTE};
  make_pair(socket, far_.name_space(), host.mtu);
  const FileDescriptor any{::socket(AF_UNIX, SOCK_DGRAM | SOCK_CLOEXEC, 0)};
  const int device = index_of(any.get(), kNear);
  without(any.get(), kNear, {ETHTOOL_STSO, ETHTOOL_SGSO, ETHTOOL_STXCSUM, ETHTOOL_SGRO});
  far_.plug_in(kFar);
  attach_host(socket, device, host);
  add_neighbour(socket, device, host.remote, kPeerAddress);
}

RawWire::~RawWire() { close_behind(far_.frames().take()); }

std::expected<void, std::string_view> RawWire::write(std::span<const std::byte> datagram) {
  const auto version = datagram.empty() ? 0 : std::to_integer<int>(datagram[0]) >> 4;
  if (version != 4 && version != 6) return std::unexpected("the wire takes IPv4 and IPv6 alone");
  if (datagram.size() > most_)
    return std::unexpected("it is longer than the link's MTU; a TUN device takes it (--wire tun)");
  static const Header v4 = header(ETH_P_IP), v6 = header(ETH_P_IPV6);
  // sendmsg() changes neither; iovec is for both directions.
  iovec parts[] = {
      {.iov_base = const_cast<std::byte*>((version == 4 ? v4 : v6).data()), .iov_len = ETH_HLEN},
      {.iov_base = const_cast<std::byte*>(datagram.data()), .iov_len = datagram.size()}};
  msghdr frame{};
  frame.msg_iov = parts;
  frame.msg_iovlen = std::size(parts);
  while (::sendmsg(fd(), &frame, 0) < 0) {
    if (errno != EINTR) throw base::SystemError{"write a frame to the wire"};
  }
  return {};
}

std::optional<Wire::Sent> RawWire::next() {
  auto frame = far_.frames().next();
  if (frame)
    frame->octets = frame->octets.subspan(std::min<std::size_t>(ETH_HLEN, frame->octets.size()));
  return frame;
}

}  // namespace harness::target::netns
