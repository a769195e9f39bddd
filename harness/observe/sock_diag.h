#pragma once

#include <cstdint>
#include <optional>

#include "harness/event/status.h"
#include "harness/observe/diag_message.h"
#include "harness/observe/netlink_socket.h"
#include "harness/wire/ip_address.h"

namespace harness::observe {

// Asks the kernel for the state of one TCP connection, in the network namespace this was made in.
// One exact query is one message there and one back; no table is walked.
class SockDiag {
 public:
  SockDiag();

  // False when this kernel has no tcp_diag: it then knows no connection at all.
  bool works();
  // Connections in every state the kernel keeps: also orphans, TIME-WAIT, and those still in a
  // listener's SYN queue. Nothing when there is none of that name, which is CLOSED.
  std::optional<event::Status> connection_status(const wire::FourTuple&);
  // Of the socket that listens at `local`, an address or any (0.0.0.0, ::).
  std::optional<event::Status> listener_status(const wire::Endpoint& local);

 private:
  std::optional<DiagMessage> ask(const wire::FourTuple&);

  NetlinkSocket socket_;
  std::uint32_t sequence_ = 0;
};

}  // namespace harness::observe
