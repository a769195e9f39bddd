#pragma once

#include <optional>

#include "harness/event/call.h"
#include "harness/event/status.h"

namespace harness::observe {

// Takes over what a kernel's struct tcp_info says of a connection. Kernels append to the struct:
// fields beyond the end of `info` are left out.
void add_tcp_info(event::Span info, event::Status&);

// What getsockopt(TCP_INFO) says, in any state; nothing when this is no TCP socket.
std::optional<event::Status> tcp_info(int fd);

}  // namespace harness::observe
