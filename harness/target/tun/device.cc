#include "harness/target/tun/device.h"

#include <fcntl.h>
#include <linux/if_tun.h>
#include <linux/netlink.h>
#include <net/if.h>
#include <sys/ioctl.h>
#include <unistd.h>

#include <cerrno>
#include <cstring>
#include <string>

#include "harness/base/system_error.h"
#include "harness/observe/netlink_socket.h"
#include "harness/target/netns/device.h"
#include "harness/target/netns/tun_wire.h"

namespace harness::target::tun {

Device::Device(const Host& kernel)
    : file_(::open(netns::kTunPath, O_RDWR | O_NONBLOCK | O_CLOEXEC)) {
  if (!file_.open()) throw base::SystemError{std::string{"open "} + netns::kTunPath};
  ifreq request{};
  request.ifr_flags = IFF_TUN | IFF_NO_PI;
  std::strcpy(request.ifr_name, "tun0");
  if (::ioctl(file_.get(), TUNSETIFF, &request) != 0) throw base::SystemError{"make tun0"};
  const int index = static_cast<int>(::if_nametoindex("tun0"));
  if (index == 0) throw base::SystemError{"find tun0"};
  netns::attach_host(observe::NetlinkSocket{NETLINK_ROUTE}, index, kernel);
}

std::size_t Device::read(std::span<std::byte> room) {
  for (;;) {
    const auto length = ::read(file_.get(), room.data(), room.size());
    if (length >= 0) return static_cast<std::size_t>(length);
    if (errno == EAGAIN) return 0;
    if (errno != EINTR) throw base::SystemError{"read a datagram from tun0"};
  }
}

void Device::write(std::span<const std::byte> datagram) {
  while (::write(file_.get(), datagram.data(), datagram.size()) < 0) {
    if (errno == EINVAL || errno == ENOBUFS || errno == EAGAIN) return;
    if (errno != EINTR) throw base::SystemError{"write a datagram to tun0"};
  }
}

}  // namespace harness::target::tun
