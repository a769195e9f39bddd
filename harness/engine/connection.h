#pragma once

#include <algorithm>
#include <array>
#include <cstdint>
#include <optional>

#include "harness/clock/instant.h"
#include "harness/engine/congestion.h"
#include "harness/engine/reassembly.h"
#include "harness/engine/ring.h"
#include "harness/engine/round_trip.h"
#include "harness/engine/slab.h"
#include "harness/engine/socket.h"
#include "harness/event/status.h"
#include "harness/wire/ip_address.h"
#include "harness/wire/seq_num.h"

namespace harness::engine {

using event::TcpState;
using wire::SeqNum;

// One connection has one deadline of each.
enum class Timer : std::uint8_t { Send, DelayedAck, KeepAlive, Close, Linger, UserTimeout };
inline constexpr std::size_t kTimers = 6;

using Deadlines = std::array<clock::Instant, kTimers>;
constexpr Deadlines no_deadlines() {
  Deadlines deadlines;
  deadlines.fill(clock::kNever);
  return deadlines;
}

// What Timer::Send waits for.
enum class SendTimer : std::uint8_t {
  Off,
  Retransmit,  // RFC 6298
  Probe,       // The peer's window is zero (3.8.6.1).
  Override,    // A segment is held back, and nothing in flight will let it go (3.8.6.2.1).
};

// Who holds a connection.
enum class Holder : std::uint8_t {
  Nobody,    // Closed by its application, or in TIME-WAIT again.
  HalfOpen,  // `listener`, which it counts as in SYN-RECEIVED.
  Queue,     // `listener`, to be accepted.
  Socket,    // `socket`.
};

enum class AckOwed : std::uint8_t { None, Delayed, Now };

// The transmission control block (3.3.1), under the RFC's names.
struct Connection {
  wire::FourTuple tuple;
  std::uint32_t index = kNone;
  TcpState state = TcpState::Closed;
  Holder holder = Holder::Nobody;
  bool active = false;        // Came from an active OPEN (MUST-11).
  bool fin_queued = false;    // No more octets will be sent.
  bool fin_received = false;  // In order.
  bool receive_shut = false;
  bool was_open = false;                      // Has been in ESTABLISHED.
  bool syn_lost = false;                      // Our SYN went out more than once.
  bool timing = false;                        // A segment's round trip is being measured.
  bool scaling = false;                       // Both SYNs offered window scaling (RFC 7323, 2.2).
  bool timestamps = false;                    // Snd.TS.OK (RFC 7323, 3.2)
  bool urgent_in = false;                     // RCV.UP lies before what is read next.
  bool urgent_out = false;                    // SND.UP is not acknowledged.
  bool recovering = false;                    // In fast recovery.
  bool partial = false;                       // It has seen a partial ACK.
  bool hole_due = false;                      // What is at SND.UNA goes again, before all else.
  std::uint8_t snd_scale = 0, rcv_scale = 0;  // Snd.Wind.Shift, Rcv.Wind.Shift
  AckOwed ack_owed = AckOwed::None;
  SendTimer send_timer = SendTimer::Off;
  int error = 0;       // errno that nobody has been told yet.
  int soft_error = 0;  // What ICMP said that need not be the end (MUST-47).

  // Send sequence space. `send` begins with the octet at send_base.
  SeqNum iss{0}, snd_una{0}, snd_nxt{0}, snd_wl1{0}, snd_wl2{0};
  SeqNum snd_up{0};  // Behind the last urgent octet (MUST-62).
  SeqNum send_base{0};
  SeqNum send_point{0};  // What is sent next: SND.NXT, or before it when sending again.
  std::uint32_t snd_wnd = 0, max_snd_wnd = 0;
  std::uint32_t mss = 536;     // Eff.snd.MSS (3.7.1)
  SeqNum recover{0};           // Behind what was sent when loss was last met (RFC 6582, 3.2).
  std::uint32_t repeated = 0;  // Segments sent again since `recover` was set.
  SeqNum previous_una{0};
  std::uint32_t duplicate_acks = 0;  // In a row.
  std::uint32_t send_limit = 0;      // Octets that the application may have in `send`.
  clock::Instant sent_at{};          // When text last went.
  Ring send;

  // Receive sequence space. `receive` begins with the first octet not read yet.
  SeqNum irs{0}, rcv_nxt{0};
  SeqNum rcv_edge{0};  // RCV.NXT + RCV.WND; never moves back (SHLD-14).
  SeqNum rcv_up{0};
  Ring receive;
  Reassembly reassembly;
  std::optional<SeqNum> fin_at;       // Where the peer's FIN is, once one came.
  std::uint32_t octets_unacked = 0;   // Of text, since our last ACK.
  std::uint32_t prompt = 0;           // Segments whose ACK will not be delayed.
  std::uint32_t largest_segment = 0;  // Text of the largest that came.
  std::uint32_t receive_limit = 0;    // Octets that may wait for the application.
  std::uint32_t read_in_round = 0;    // By it, since round_at.
  clock::Instant round_at{};

  // RFC 7323, 3 to 5.
  std::uint32_t ts_recent = 0;
  std::uint32_t ts_offset = 0;
  clock::Instant ts_recent_at{};
  SeqNum last_ack_sent{0};
  SeqNum sampled_to{0};         // An ACK beyond is good for another sample.
  std::uint32_t echo_from = 0;  // Our timestamp when the retransmission timer last fired.

  Congestion congestion;
  RoundTrip round_trip;
  SeqNum timed_end{0};
  clock::Instant timed_at{};
  clock::Instant last_heard{};
  int retransmits = 0;  // Of what is at SND.UNA, in a row.
  int probes = 0;       // Zero-window or keep-alive probes without an answer, in a row.
  int probe_backoff = 0;
  std::uint32_t total_retransmits = 0;

  // RFC 5961, 7, and Config::invalid_ack_interval.
  clock::Instant challenges_since{}, invalid_ack_at = clock::Instant::min();
  std::uint32_t challenges = 0;

  // The TIME-WAIT that a SYN interrupted: should that SYN turn out to be an old duplicate, it
  // goes on (3.6.1, MAY-2).
  struct Interrupted {
    SeqNum snd_nxt, rcv_nxt;
    clock::Instant until;
  };
  std::optional<Interrupted> interrupted;

  Deadlines deadlines = no_deadlines();
  SocketOptions options;
  SourceRoute received_route;  // That of the datagrams that came (MUST-53).
  std::uint32_t socket = kNone, listener = kNone;
  std::uint32_t next_queued = kNone;
  std::uint32_t next_in_bucket = kNone;
  std::optional<std::uint32_t> lingering;  // The close() that waits.

  // What the application reads next.
  SeqNum read_point() const { return rcv_nxt - (receive.size() + (fin_received ? 1u : 0u)); }
  std::uint32_t rcv_wnd() const { return wire::distance(rcv_nxt, rcv_edge); }
  // Behind the last octet we have to send.
  SeqNum data_end() const { return send_base + send.size(); }
  SeqNum send_end() const { return data_end() + (fin_queued ? 1u : 0u); }
  bool fin_acked() const { return fin_queued && snd_una == data_end() + 1; }
  // What the application asked for comes first (MUST-52).
  const SourceRoute& route() const {
    return options.route.empty() ? received_route : options.route;
  }
  bool outstanding() const { return snd_una != snd_nxt; }
  bool waiting() const { return wire::before(send_point, send_end()); }

  clock::Instant& deadline(Timer timer) { return deadlines[static_cast<std::size_t>(timer)]; }
  clock::Instant deadline(Timer timer) const { return deadlines[static_cast<std::size_t>(timer)]; }
  clock::Instant earliest() const {
    clock::Instant first = deadlines[0];
    for (const clock::Instant at : deadlines) first = std::min(first, at);
    return first;
  }
};

}  // namespace harness::engine
