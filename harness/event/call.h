#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <optional>
#include <span>
#include <string_view>

#include "harness/wire/ip_address.h"

namespace harness::event {

using Span = std::span<const std::byte>;  // Lives in the trace's store; an event owns nothing.

// What an application asks of its TCP, in the words of sockets(7). The model reads it as the user
// calls of RFC 9293, 3.9.1: that reading is a function inside model.
enum class Op : std::uint8_t {
  Socket,     // args: domain, type, protocol (Linux's numbers, here and below).
  Bind,       // data: the local Endpoint.
  Listen,     // args: backlog.
  Connect,    // data: the remote Endpoint.
  Accept,     // The reply's result is the new fd.
  Send,       // args: flags. data: the octets.
  Receive,    // args: flags, length at most. The reply's data: the octets.
  Shutdown,   // args: how.
  Close,      //
  Abort,      // RFC 9293, 3.9.1.5. Of a socket: close with a linger time of 0.
  SetOption,  // args: level, name, value. data: the option's octets when it is no int.
  GetOption,  // args: level, name, octets at most. The reply's result is 0; data: the octets.
  Control,    // fcntl. args: command, argument.
  Poll,       // args: events. The reply's flags: revents.
  Status,     // A snapshot of a connection: of fd, or, when fd is -1, of the FourTuple in data.
  Foreign,    // A call only scripts know, as they write it.
  World,      // text: a sysctl ("net.ipv4.tcp_syncookies=0") of the host it runs on.
};
inline constexpr std::size_t kOps = 17;
std::string_view name(Op);  // "socket", "getsockopt" ..., as scripts write them.
std::optional<Op> op_named(std::string_view);

struct Call {
  std::uint32_t id = 0;  // Counts up in a run; its Reply carries it. Many may be pending.
  std::int32_t fd = -1;  // The run's own name for a socket; a target maps it to its own.
  Op op{};
  std::array<std::int64_t, 3> args{};
  Span data{};
  std::string_view text{};
};

// A blocking call is a call whose reply comes later.
struct Reply {
  std::uint32_t id = 0;
  std::int64_t result = 0;  // As the call returns it; -1 with an error.
  std::int32_t error = 0;   // errno, 0 when none.
  std::uint32_t flags = 0;  // revents.
  Span data{};  // Octets read; a Status; after Connect and Accept the connection's FourTuple.
  std::string_view text{};
};

// Endpoints inside a call's or a reply's data, as on the wire: an IPv4-mapped IPv6 address is
// kept as the IPv4 address it stands for.
inline constexpr std::size_t kEndpointSize = 20, kFourTupleSize = 2 * kEndpointSize;
std::array<std::byte, kEndpointSize> encode(const wire::Endpoint&);
std::array<std::byte, kFourTupleSize> encode(const wire::FourTuple&);
std::optional<wire::Endpoint> decode_endpoint(Span);
std::optional<wire::FourTuple> decode_four_tuple(Span);

}  // namespace harness::event
