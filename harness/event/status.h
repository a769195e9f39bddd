#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <optional>
#include <string_view>

#include "harness/base/bytes.h"
#include "harness/event/call.h"

namespace harness::event {

// The states of RFC 9293, 3.3.2, under Linux's numbers.
enum class TcpState : std::uint8_t {
  Established = 1,
  SynSent,
  SynReceived,
  FinWait1,
  FinWait2,
  TimeWait,
  Closed,
  CloseWait,
  LastAck,
  Listen,
  Closing,
};
std::string_view name(TcpState);  // "SYN-RECEIVED", in the RFC's spelling.
// The RFC's spelling, or Linux's: TCP_SYN_RECV, SYN_RECV; any case.
std::optional<TcpState> state_named(std::string_view);

// What a snapshot of a connection may tell. Which fields are there depends on the target.
enum class StatusField : std::uint8_t {
  State,        // A TcpState.
  Timer,        // 0 none, 1 retransmission, 2 keep-alive, 3 TIME-WAIT, 4 zero-window probe.
  TimerLeft,    // Microseconds until it fires.
  Retransmits,  // Of the segment at SND.UNA, in a row.
  Probes,       // Keep-alive or window probes sent without an answer.
  Backoff,      // Doublings of the RTO.
  Rto,          // Microseconds, here and below.
  Ato,
  SendMss,  // Octets.
  ReceiveMss,
  Unacked,  // Segments.
  Sacked,
  Lost,
  Retransmitted,
  Rtt,
  RttVariance,
  SendSsthresh,  // Segments.
  SendCwnd,      // Segments.
  ReceiveQueue,  // Octets not read yet; of a listener, connections not accepted yet.
  SendQueue,     // Octets not acknowledged yet; of a listener, its backlog.
  TotalRetransmits,
  SendUna,  // Sequence numbers, as on the wire.
  SendNxt,
  ReceiveNxt,
  SendWindow,  // Octets, scaled.
  ReceiveWindow,
};
inline constexpr std::size_t kStatusFields = 26;
std::string_view name(StatusField);  // "state", "timer-left" ...

struct Status {
  std::uint64_t present = 0;  // Bit n: field n is there.
  std::array<std::int64_t, kStatusFields> values{};

  void set(StatusField field, std::int64_t value) {
    const auto n = static_cast<std::size_t>(field);
    present |= std::uint64_t{1} << n;
    values[n] = value;
  }
  std::optional<std::int64_t> get(StatusField field) const {
    const auto n = static_cast<std::size_t>(field);
    if ((present >> n & 1) == 0) return std::nullopt;
    return values[n];
  }
  std::optional<TcpState> state() const {
    const auto value = get(StatusField::State);
    if (!value || *value < 1 || *value > 11) return std::nullopt;
    return static_cast<TcpState>(*value);
  }
  friend bool operator==(const Status&, const Status&) = default;
};

// Only the fields that are there, by number: what has fewer or more fields is still read.
base::Bytes encode(const Status&);
std::optional<Status> decode_status(Span);

}  // namespace harness::event
