#pragma once

#include <chrono>
#include <cstdint>
#include <optional>
#include <vector>

#include "harness/clock/instant.h"
#include "harness/engine/defects.h"
#include "harness/wire/ip_address.h"

namespace harness::engine {

// Every choice that the RFCs leave to a host, by name; sections are of RFC 9293 unless said. The
// defaults are the RFCs' own values, where they give one.
struct Config {
  Defect defect = Defect::None;

  // The host and its link.
  std::vector<wire::IpAddress> addresses;   // Its own. A segment to any other is none of ours.
  std::vector<wire::IpAddress> broadcasts;  // Of its networks: never a valid peer (3.9.2.3).
  std::uint16_t mtu = 1500;                 // Octets. The MSS we announce follows (3.7.1).
  std::uint8_t ttl = 64;                    // Or hop limit; SO: IP_TTL (3.9.2, MUST-49).
  std::uint8_t traffic_class = 0;           // SO: IP_TOS (3.9.1.9, MUST-48).

  // The route that a datagram took is used back, and an application may choose one (3.9.2.1). Many
  // routers drop such datagrams (RFC 7126, 4.3).
  bool source_routes = true;

  // Opening.
  int syn_retries = 7;     // R2 of a SYN: 183 s with the timeouts below, at least 3 min (3.8.3).
  int synack_retries = 7;  // The same for a SYN,ACK.
  std::uint32_t backlog_cap = 4096;    // No listener's queue is longer.
  std::uint32_t half_open_cap = 4096;  // No listener holds more in SYN-RECEIVED.
  wire::Port first_ephemeral_port = 49'152, last_ephemeral_port = 65'535;  // RFC 6335, 6.
  bool keep_syn_data = true;   // Text on a SYN waits for ESTABLISHED (3.10.7.2: "should").
  bool window_scaling = true;  // Offered and answered (RFC 7323, 2.2: "SHOULD").
  bool timestamps = true;      // The same (RFC 7323, 3.2: "MAY").
  // What the clock of initial sequence numbers shows when the host starts is anything (3.4.1). Set,
  // it makes the next connection begin with this number, so that what wraps can be looked at.
  std::optional<std::uint32_t> first_isn;

  // Sending again: RFC 6298, 2.
  clock::Duration rto_initial = std::chrono::seconds{1};
  clock::Duration rto_min = std::chrono::seconds{1};
  clock::Duration rto_max = std::chrono::seconds{60};
  clock::Duration rto_after_syn_loss = std::chrono::seconds{3};      // RFC 6298, 5.7
  clock::Duration clock_granularity = std::chrono::milliseconds{1};  // G of RFC 6298, 2.
  int r1 = 3;             // Retransmissions, before the application may be told (3.8.3, SHLD-10).
  int data_retries = 15;  // R2 of data, as a count: far beyond 100 s (3.8.3, SHLD-11).
  clock::Duration user_timeout{};  // 0: R2 alone decides. SO: TCP_USER_TIMEOUT (3.8.3, MUST-21).

  // Sending.
  std::uint32_t send_buffer = 65'536;  // Octets. SO: SO_SNDBUF.
  // Unless SO_SNDBUF was set, it grows with the congestion window, up to here.
  std::uint32_t send_buffer_most = 4'194'304;
  bool nagle = true;                  // 3.7.4. SO: TCP_NODELAY.
  std::uint32_t initial_window = 10;  // Segments: RFC 6928, 2.
  bool fast_retransmit = true;        // And fast recovery (RFC 5681, 3.2: "SHOULD").
  bool limited_transmit = true;       // RFC 3042, 2.
  bool restart_after_idle = true;     // From the initial window (RFC 5681, 4.1).
  clock::Duration override_delay = std::chrono::milliseconds{200};  // 0.1 to 1 s (3.8.6.2.1).
  std::uint16_t default_mss_v4 = 536, default_mss_v6 = 1220;  // Peer without MSS option (3.7.1).

  // Receiving.
  std::uint32_t receive_buffer = 65'535;  // Octets. SO: SO_RCVBUF.
  // Unless SO_RCVBUF was set, and where windows are scaled, it grows as fast as its application
  // reads, up to here.
  std::uint32_t receive_buffer_most = 4'194'304;
  clock::Duration ack_delay = std::chrono::milliseconds{200};  // Below 0.5 s; 0: none (3.8.6.3).
  std::uint32_t ack_every = 2;  // Full segments, at most, before one ACK (3.8.6.3, SHLD-19).
  // Segments of text, after one that left a gap, whose ACK is not delayed: where the window is
  // small because segments are lost, the loss of its only ACK would cost a timeout (RFC 5681, 4.2).
  std::uint32_t prompt_acks = 16;
  // A segment without timestamps on a connection that uses them is dropped (RFC 7323, 3.2:
  // "SHOULD").
  bool timestamps_required = true;
  // An older timestamp says nothing any more after so long (RFC 7323, 5.5).
  clock::Duration timestamp_validity = std::chrono::hours{24 * 24};

  // Keep-alive, 3.8.4: off unless SO_KEEPALIVE.
  clock::Duration keep_alive_idle = std::chrono::seconds{7200};
  clock::Duration keep_alive_interval = std::chrono::seconds{75};
  std::uint32_t keep_alive_count = 9;

  // Closing.
  clock::Duration msl = std::chrono::minutes{2};  // 3.4.2; TIME-WAIT lasts twice that.
  // A connection that nobody owns waits no longer in FIN-WAIT-2; the RFC has no such limit.
  clock::Duration fin_wait_2_timeout = std::chrono::seconds{60};
  bool time_wait_reopens = true;  // A SYN above RCV.NXT opens anew (3.6.1, MAY-2).
  // Our own resets carry RCV.NXT, as most stacks' do; 3.10.5 shows them without.
  bool reset_carries_ack = true;

  bool rfc1337 = false;  // A reset does not end TIME-WAIT (RFC 1337, 3, F1).

  // A hard ICMP error ends a connection in a synchronized state too (3.9.2.2, SHLD-26); RFC 5927,
  // 5.2 tells why not.
  bool icmp_aborts_synchronized = false;

  // RFC 5961.
  std::uint32_t challenge_acks = 10;  // Of one connection, in each period (RFC 5961, 7).
  clock::Duration challenge_period = std::chrono::seconds{5};
  // Between two ACKs in answer to segments without text that fail the sequence check: what two
  // hosts out of step would otherwise exchange for ever.
  clock::Duration invalid_ack_interval = std::chrono::milliseconds{500};
};

}  // namespace harness::engine
