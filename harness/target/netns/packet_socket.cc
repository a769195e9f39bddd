#include "harness/target/netns/packet_socket.h"

#include <arpa/inet.h>
#include <fmt/core.h>
#include <fmt/format.h>
#include <linux/filter.h>
#include <linux/if_ether.h>
#include <linux/if_packet.h>
#include <sys/socket.h>
#include <time.h>

#include <cerrno>
#include <cstring>

#include "harness/base/system_error.h"

namespace harness::target::netns {
namespace {

constexpr int kBuffer = 64 << 20;           // Octets; as far as the host lets us.
constexpr std::size_t kRoom = 65'536 + 64;  // More than a datagram and its link header hold.

void set(int fd, int level, int option, int value, const char* attempted) {
  if (::setsockopt(fd, level, option, &value, sizeof value) != 0)
    throw base::SystemError{attempted};
}

// Without it what we inject, and what else the device carries, would be seen as well.
void filter(int fd, PacketSocket::Sees sees) {
  const auto packet_type = static_cast<std::uint32_t>(SKF_AD_OFF + SKF_AD_PKTTYPE);
  const auto protocol = static_cast<std::uint32_t>(SKF_AD_OFF + SKF_AD_PROTOCOL);
  const std::uint8_t leaving = sees == PacketSocket::Sees::Leaving ? 0 : 4;
  const auto arriving = static_cast<std::uint8_t>(4 - leaving);
  sock_filter code[] = {
      {BPF_LD | BPF_B | BPF_ABS, 0, 0, packet_type},
      {BPF_JMP | BPF_JEQ | BPF_K, leaving, arriving, PACKET_OUTGOING},
      {BPF_LD | BPF_H | BPF_ABS, 0, 0, protocol},
      {BPF_JMP | BPF_JEQ | BPF_K, 1, 0, ETH_P_IP},
      {BPF_JMP | BPF_JEQ | BPF_K, 0, 1, ETH_P_IPV6},
      {BPF_RET | BPF_K, 0, 0, 0xFFFF'FFFF},
      {BPF_RET | BPF_K, 0, 0, 0},
  };
  const sock_fprog program{.len = std::size(code), .filter = code};
  if (::setsockopt(fd, SOL_SOCKET, SO_ATTACH_FILTER, &program, sizeof program) != 0) {
    throw base::SystemError{"filter a packet socket"};
  }
}

}  // namespace

// It sees nothing before bind() names the protocol, so nothing gets past the filter.
PacketSocket::PacketSocket(Sees sees)
    : file_(::socket(AF_PACKET, SOCK_RAW | SOCK_CLOEXEC | SOCK_NONBLOCK, 0)),
      room_(std::make_unique_for_overwrite<std::byte[]>(kRoom)) {
  if (!file_.open()) throw base::SystemError{"open a packet socket"};
  filter(fd(), sees);
  set(fd(), SOL_SOCKET, SO_TIMESTAMPNS, 1, "ask for times of packets");
  if (::setsockopt(fd(), SOL_SOCKET, SO_RCVBUFFORCE, &kBuffer, sizeof kBuffer) != 0) {
    set(fd(), SOL_SOCKET, SO_RCVBUF, kBuffer, "enlarge the buffer of a packet socket");
  }
}

void PacketSocket::bind(int device) {
  sockaddr_ll address{};
  address.sll_family = AF_PACKET;
  address.sll_protocol = htons(ETH_P_ALL);
  address.sll_ifindex = device;
  if (::bind(fd(), reinterpret_cast<const sockaddr*>(&address), sizeof address) != 0) {
    throw base::SystemError{"bind a packet socket to a device"};
  }
}

std::optional<Wire::Sent> PacketSocket::next() {
  alignas(cmsghdr) char control[256];
  iovec where{.iov_base = room_.get(), .iov_len = kRoom};
  msghdr message{};
  message.msg_iov = &where;
  message.msg_iovlen = 1;
  message.msg_control = control;
  message.msg_controllen = sizeof control;
  ssize_t length;
  do {
    length = ::recvmsg(fd(), &message, MSG_DONTWAIT);
  } while (length < 0 && errno == EINTR);
  if (length < 0 && errno == EAGAIN) return std::nullopt;
  if (length < 0) throw base::SystemError{"read the packets of a device"};

  Wire::Sent sent{.wall = {}, .octets = {room_.get(), static_cast<std::size_t>(length)}};
  for (cmsghdr* c = CMSG_FIRSTHDR(&message); c != nullptr; c = CMSG_NXTHDR(&message, c)) {
    if (c->cmsg_level != SOL_SOCKET || c->cmsg_type != SO_TIMESTAMPNS) continue;
    timespec t;
    std::memcpy(&t, CMSG_DATA(c), sizeof t);
    sent.wall = std::chrono::seconds{t.tv_sec} + std::chrono::nanoseconds{t.tv_nsec};
  }
  return sent;
}

void PacketSocket::check_none_lost() const {
  tpacket_stats since_last{};
  socklen_t length = sizeof since_last;
  if (::getsockopt(fd(), SOL_PACKET, PACKET_STATISTICS, &since_last, &length) != 0) {
    throw base::SystemError{"ask for the number of lost packets"};
  }
  if (since_last.tp_drops == 0) return;
  throw base::SystemError{
      fmt::format("see what the kernel sends: {} packets were too many", since_last.tp_drops),
      ENOBUFS};
}

}  // namespace harness::target::netns
