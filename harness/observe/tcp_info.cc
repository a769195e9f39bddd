#include "harness/observe/tcp_info.h"

#include <linux/tcp.h>
#include <netinet/in.h>
#include <sys/socket.h>

#include <cstddef>
#include <cstdint>
#include <cstring>

namespace harness::observe {
namespace {

using event::Status;
using event::StatusField;
using event::TcpState;

struct Place {
  StatusField field;
  std::size_t offset;
};

constexpr Place kOctets[] = {
    {StatusField::Retransmits, offsetof(::tcp_info, tcpi_retransmits)},
    {StatusField::Probes, offsetof(::tcp_info, tcpi_probes)},
    {StatusField::Backoff, offsetof(::tcp_info, tcpi_backoff)},
};

constexpr Place kWords[] = {
    {StatusField::Rto, offsetof(::tcp_info, tcpi_rto)},
    {StatusField::Ato, offsetof(::tcp_info, tcpi_ato)},
    {StatusField::SendMss, offsetof(::tcp_info, tcpi_snd_mss)},
    {StatusField::ReceiveMss, offsetof(::tcp_info, tcpi_rcv_mss)},
    {StatusField::Unacked, offsetof(::tcp_info, tcpi_unacked)},
    {StatusField::Sacked, offsetof(::tcp_info, tcpi_sacked)},
    {StatusField::Lost, offsetof(::tcp_info, tcpi_lost)},
    {StatusField::Retransmitted, offsetof(::tcp_info, tcpi_retrans)},
    {StatusField::Rtt, offsetof(::tcp_info, tcpi_rtt)},
    {StatusField::RttVariance, offsetof(::tcp_info, tcpi_rttvar)},
    {StatusField::SendSsthresh, offsetof(::tcp_info, tcpi_snd_ssthresh)},
    {StatusField::SendCwnd, offsetof(::tcp_info, tcpi_snd_cwnd)},
    {StatusField::TotalRetransmits, offsetof(::tcp_info, tcpi_total_retrans)},
    {StatusField::SendWindow, offsetof(::tcp_info, tcpi_snd_wnd)},
    // tcpi_rcv_wnd, Linux 6.2: younger than the headers this is built with may be.
    {StatusField::ReceiveWindow, offsetof(::tcp_info, tcpi_snd_wnd) + 4},
};

}  // namespace

void add_tcp_info(event::Span info, Status& status) {
  if (info.empty()) return;
  const auto state = std::to_integer<std::int64_t>(info[offsetof(::tcp_info, tcpi_state)]);
  // The kernel's SYN queue has a number of its own, 12 (NEW_SYN_RECV), that RFC 9293 has no word
  // for.
  status.set(StatusField::State, state == 12 ? static_cast<int>(TcpState::SynReceived) : state);
  // Of a listener the same fields count connections in its queues.
  if (status.state() == TcpState::Listen) return;
  for (const auto& [field, offset] : kOctets) {
    if (offset < info.size()) status.set(field, std::to_integer<std::int64_t>(info[offset]));
  }
  for (const auto& [field, offset] : kWords) {
    std::uint32_t word;
    if (offset + sizeof word > info.size()) continue;
    std::memcpy(&word, info.data() + offset, sizeof word);
    status.set(field, word);
  }
}

std::optional<Status> tcp_info(int fd) {
  std::byte info[512];
  socklen_t length = sizeof info;
  if (::getsockopt(fd, IPPROTO_TCP, TCP_INFO, info, &length) != 0) return std::nullopt;
  Status status;
  add_tcp_info({info, length}, status);
  return status;
}

}  // namespace harness::observe
