#pragma once

#include "harness/event/call.h"

namespace harness::target::netns {

// Whether a datagram from the kernel belongs to a run: TCP, and the errors of ICMP that TCP brings
// about. The rest (neighbours, multicast groups, routers) is the kernel's own business.
bool recorded(event::Span datagram);

}  // namespace harness::target::netns
