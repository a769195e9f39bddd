#pragma once

#include <cstdint>

#include "harness/clock/instant.h"
#include "harness/engine/slab.h"
#include "harness/engine/source_route.h"
#include "harness/event/call.h"
#include "harness/wire/ip_address.h"

namespace harness::engine {

// What setsockopt() sets; an accepted connection begins with its listener's.
struct SocketOptions {
  clock::Duration keep_alive_idle{}, keep_alive_interval{};
  clock::Duration user_timeout{};        // 0: none.
  clock::Duration fin_wait_2_timeout{};  // Below 0: no limit.
  std::uint32_t keep_alive_count = 0;
  std::uint32_t send_buffer = 0, receive_buffer = 0;
  std::int32_t linger_seconds = -1;  // Below 0: off.
  std::int32_t syn_retries = 0;
  std::uint16_t max_segment = 0;  // 0: as the MTU says.
  std::uint8_t ttl = 0, traffic_class = 0;
  bool reuse_address = false, keep_alive = false, no_delay = false, quick_ack = false;
  bool report_errors = false;                      // What ICMP says, at once (MUST-47, SHLD-20).
  bool send_fixed = false, receive_fixed = false;  // Buffers of the size the application asked for.
  SourceRoute route;                               // Of datagrams that go out (3.9.2.1, MUST-51).
};

// A call without its reply yet. Its data lies where the call said, until it is answered.
struct PendingCall {
  std::uint32_t id = 0;
  event::Op op{};
  std::uint32_t flags = 0;   // Of send() and recv().
  std::uint32_t length = 0;  // Receive: at most.
  std::uint32_t done = 0;    // Send: octets taken so far.
  event::Span data;
  std::uint32_t next = kNone;
};

// What a file descriptor stands for.
struct Socket {
  std::int32_t fd = -1;
  wire::IpVersion version{};
  bool nonblocking = false;
  bool bound = false;  // The port is taken.
  bool listening = false;
  bool connect_told = false;  // Somebody was told that the connection is there.
  wire::Endpoint local;       // Unspecified address: any of ours.
  SocketOptions options;
  std::uint32_t connection = kNone;
  std::uint32_t first_pending = kNone, last_pending = kNone;

  // Of a listener.
  std::uint32_t backlog = 0;
  std::uint32_t half_open = 0;  // In SYN-RECEIVED.
  std::uint32_t queued = 0;     // Not accepted yet.
  std::uint32_t first_queued = kNone, last_queued = kNone;
  std::uint32_t next_listener = kNone;  // In its bucket.
};

}  // namespace harness::engine
