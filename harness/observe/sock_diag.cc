#include "harness/observe/sock_diag.h"

#include <linux/inet_diag.h>
#include <linux/netlink.h>
#include <linux/sock_diag.h>
#include <netinet/in.h>
#include <netlink/netlink.h>
#include <sys/socket.h>

#include <cerrno>
#include <cstddef>
#include <cstring>
#include <span>

#include "harness/base/bytes.h"
#include "harness/base/system_error.h"

namespace harness::observe {
namespace {

using event::TcpState;

struct Request {
  nlmsghdr head;
  inet_diag_req_v2 body;
};

Request request(std::uint32_t sequence, wire::IpVersion version) {
  Request r{};
  r.head.nlmsg_len = sizeof r;
  r.head.nlmsg_type = SOCK_DIAG_BY_FAMILY;
  r.head.nlmsg_flags = NLM_F_REQUEST;
  r.head.nlmsg_seq = sequence;
  r.body.sdiag_family = version == wire::IpVersion::V4 ? AF_INET : AF_INET6;
  r.body.sdiag_protocol = IPPROTO_TCP;
  r.body.idiag_ext = 1 << (INET_DIAG_INFO - 1);
  r.body.idiag_states = ~0u;
  r.body.id.idiag_cookie[0] = INET_DIAG_NOCOOKIE;
  r.body.id.idiag_cookie[1] = INET_DIAG_NOCOOKIE;
  return r;
}

void place(const wire::Endpoint& endpoint, __be32 (&address)[4], __be16& port) {
  endpoint.address.store(reinterpret_cast<std::byte*>(address));
  base::store16(reinterpret_cast<std::byte*>(&port), endpoint.port);
}

void send(const NetlinkSocket& socket, Request& r) {
  if (nl_sendto(socket.get(), &r, sizeof r) < 0) throw base::SystemError{"ask sock_diag"};
}

// The kernel has answered when send() returns. The first message of the answer to `sequence`;
// what an earlier question left behind is skipped.
std::span<const std::byte> receive(const NetlinkSocket& socket, std::uint32_t sequence,
                                   std::span<std::byte> room) {
  for (;;) {
    const auto length = ::recv(socket.fd(), room.data(), room.size(), MSG_DONTWAIT);
    if (length < 0 && errno == EINTR) continue;
    if (length < 0) throw base::SystemError{"read the answer of sock_diag"};
    const auto message = room.first(static_cast<std::size_t>(length));
    nlmsghdr head;
    if (message.size() < sizeof head) continue;
    std::memcpy(&head, message.data(), sizeof head);
    if (head.nlmsg_seq == sequence && head.nlmsg_len >= sizeof head &&
        head.nlmsg_len <= message.size()) {
      return message.first(head.nlmsg_len);
    }
  }
}

std::uint16_t type_of(std::span<const std::byte> message) {
  nlmsghdr head;
  std::memcpy(&head, message.data(), sizeof head);
  return head.nlmsg_type;
}

// Of an NLMSG_ERROR message, as an errno.
int error_of(std::span<const std::byte> message) {
  nlmsgerr error{};
  if (message.size() < sizeof(nlmsghdr) + sizeof error.error) return EPROTO;
  std::memcpy(&error.error, message.data() + sizeof(nlmsghdr), sizeof error.error);
  return -error.error;
}

}  // namespace

SockDiag::SockDiag() : socket_(NETLINK_SOCK_DIAG) {}

bool SockDiag::works() {
  // A dump of sockets in no state: an empty list, or an error when nobody can answer.
  Request r = request(++sequence_, wire::IpVersion::V4);
  r.head.nlmsg_flags |= NLM_F_DUMP;
  r.body.idiag_states = 0;
  send(socket_, r);
  std::byte room[1024];
  return type_of(receive(socket_, sequence_, room)) == NLMSG_DONE;
}

std::optional<DiagMessage> SockDiag::ask(const wire::FourTuple& connection) {
  Request r = request(++sequence_, connection.local.address.version());
  place(connection.local, r.body.id.idiag_src, r.body.id.idiag_sport);
  place(connection.remote, r.body.id.idiag_dst, r.body.id.idiag_dport);
  send(socket_, r);
  std::byte room[2048];
  const auto message = receive(socket_, sequence_, room);
  if (type_of(message) == NLMSG_ERROR) {
    const int error = error_of(message);
    if (error == ENOENT) return std::nullopt;
    throw base::SystemError{"ask sock_diag for " + connection.local.print(), error};
  }
  return read_diag_message(message.subspan(sizeof(nlmsghdr)));
}

std::optional<event::Status> SockDiag::connection_status(const wire::FourTuple& connection) {
  if (connection.local.address.version() != connection.remote.address.version()) {
    return std::nullopt;
  }
  const auto found = ask(connection);
  // For want of the connection the kernel tells of a listener that would take it.
  if (!found || found->connection != connection) return std::nullopt;
  return found->status;
}

std::optional<event::Status> SockDiag::listener_status(const wire::Endpoint& local) {
  const bool v4 = local.address.version() == wire::IpVersion::V4;
  const wire::Endpoint nobody{.address = v4 ? wire::IpAddress::v4(0) : wire::IpAddress::v6(0, 0)};
  const auto found = ask({.local = local, .remote = nobody});
  if (!found || found->status.state() != TcpState::Listen) return std::nullopt;
  return found->status;
}

}  // namespace harness::observe
