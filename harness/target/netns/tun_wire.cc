#include "harness/target/netns/tun_wire.h"

#include <fcntl.h>
#include <linux/if_tun.h>
#include <linux/netlink.h>
#include <net/if.h>
#include <sys/ioctl.h>
#include <unistd.h>

#include <cerrno>
#include <cstring>
#include <string>
#include <utility>

#include "harness/base/system_error.h"
#include "harness/observe/netlink_socket.h"
#include "harness/target/netns/closer.h"
#include "harness/target/netns/device.h"

namespace harness::target::netns {

TunWire::TunWire(const Host& host) : file_(::open(kTunPath, O_RDWR | O_NONBLOCK | O_CLOEXEC)) {
  if (!file_.open()) throw base::SystemError{std::string{"open "} + kTunPath};
  ifreq request{};
  request.ifr_flags = IFF_TUN | IFF_NO_PI;
  std::strcpy(request.ifr_name, "tun0");
  if (::ioctl(file_.get(), TUNSETIFF, &request) != 0) throw base::SystemError{"make tun0"};
  const int device = static_cast<int>(::if_nametoindex("tun0"));
  if (device == 0) throw base::SystemError{"find tun0"};
  attach_host(observe::NetlinkSocket{NETLINK_ROUTE}, device, host);
  tap_.bind(device);
}

TunWire::~TunWire() { close_behind(std::move(file_), tap_.take()); }

std::expected<void, std::string_view> TunWire::write(std::span<const std::byte> datagram) {
  for (;;) {
    if (::write(file_.get(), datagram.data(), datagram.size()) >= 0) return {};
    // Neither version 4 nor 6, or no octet at all.
    if (errno == EINVAL) return std::unexpected("tun0 takes IPv4 and IPv6 alone");
    if (errno != EINTR) throw base::SystemError{"write a datagram to tun0"};
  }
}

void TunWire::caught_up() {
  tap_.check_none_lost();
  std::byte room[1];  // The rest of a datagram is dropped.
  while (::read(file_.get(), room, sizeof room) >= 0 || errno == EINTR) {
  }
}

}  // namespace harness::target::netns
