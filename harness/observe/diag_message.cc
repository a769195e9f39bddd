#include "harness/observe/diag_message.h"

#include <linux/inet_diag.h>
#include <linux/netlink.h>
#include <sys/socket.h>

#include <algorithm>
#include <cstdint>
#include <cstring>

#include "harness/base/bytes.h"
#include "harness/observe/tcp_info.h"

namespace harness::observe {
namespace {

using event::Status;
using event::StatusField;
using event::TcpState;

// As inet_diag_msg.idiag_timer numbers them, and StatusField::Timer after it.
enum Timer : std::uint8_t { kNone, kRetransmission, kKeepAlive, kTimeWait, kProbe };

wire::Endpoint endpoint(std::uint8_t family, const __be32 (&address)[4], const __be16& port) {
  const auto* at = reinterpret_cast<const std::byte*>(address);
  const auto* port_at = reinterpret_cast<const std::byte*>(&port);
  const auto version = family == AF_INET ? wire::IpVersion::V4 : wire::IpVersion::V6;
  auto ip = wire::IpAddress::load(at, version);
  // RFC 4291, 2.5.5.2: ::ffff:0:0/96 is IPv4.
  if (version == wire::IpVersion::V6 && ip.high() == 0 && ip.low() >> 32 == 0xFFFF) {
    ip = wire::IpAddress::v4(static_cast<std::uint32_t>(ip.low()));
  }
  return {.address = ip, .port = base::load16(port_at)};
}

// Counters of a kind that depends on the timer running, for sockets without a tcp_info.
void add_timer(const inet_diag_msg& message, Status& status) {
  status.set(StatusField::Timer, message.idiag_timer);
  if (message.idiag_timer != kNone) {
    status.set(StatusField::TimerLeft, std::int64_t{message.idiag_expires} * 1000);
  }
  const bool probes = message.idiag_timer == kKeepAlive || message.idiag_timer == kProbe;
  status.set(probes ? StatusField::Probes : StatusField::Retransmits, message.idiag_retrans);
}

void add_attributes(event::Span rest, Status& status) {
  while (rest.size() >= sizeof(nlattr)) {
    nlattr head;
    std::memcpy(&head, rest.data(), sizeof head);
    if (head.nla_len < sizeof head || head.nla_len > rest.size()) return;
    if ((head.nla_type & NLA_TYPE_MASK) == INET_DIAG_INFO) {
      add_tcp_info(rest.subspan(sizeof head, head.nla_len - sizeof head), status);
    }
    const std::size_t padded = (head.nla_len + 3u) & ~std::size_t{3};
    rest = rest.subspan(std::min(padded, rest.size()));
  }
}

}  // namespace

std::optional<DiagMessage> read_diag_message(event::Span octets) {
  inet_diag_msg message;
  if (octets.size() < sizeof message) return std::nullopt;
  std::memcpy(&message, octets.data(), sizeof message);
  if (message.idiag_family != AF_INET && message.idiag_family != AF_INET6) return std::nullopt;
  DiagMessage read;
  const auto& id = message.id;
  read.connection = {.local = endpoint(message.idiag_family, id.idiag_src, id.idiag_sport),
                     .remote = endpoint(message.idiag_family, id.idiag_dst, id.idiag_dport)};
  add_timer(message, read.status);
  add_attributes(octets.subspan(sizeof message), read.status);
  // The message's own state is that of a TIME-WAIT or SYN-RECEIVED entry too, which have no info.
  read.status.set(StatusField::State, message.idiag_state);
  read.status.set(StatusField::ReceiveQueue, message.idiag_rqueue);
  read.status.set(StatusField::SendQueue, message.idiag_wqueue);
  return read;
}

}  // namespace harness::observe
