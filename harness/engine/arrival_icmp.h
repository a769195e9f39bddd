#pragma once

#include "harness/engine/host.h"
#include "harness/wire/datagram_view.h"

namespace harness::engine {

// An ICMP or ICMPv6 error (RFC 9293, 3.9.2.2) goes to the connection that caused it. What it quotes
// must be in flight (RFC 5927, 4.1). While a connection opens, a hard error ends it; afterwards,
// and always when it is soft, it is only told to an application that wants to know (IP_RECVERR), or
// when the connection fails (RFC 5461, 4; RFC 5927, 5.2).
void arrive_icmp(Step&, const wire::DatagramView&);

}  // namespace harness::engine
