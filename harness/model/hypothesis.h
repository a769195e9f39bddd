#pragma once

#include <algorithm>
#include <array>
#include <cstdint>
#include <type_traits>

#include "harness/model/obligation.h"
#include "harness/model/quantities.h"

namespace harness::model {

// Where a connection is in its life. The synchronized states of RFC 9293, 3.3.2, follow from who
// has sent which FIN, and how far it is acknowledged (close.h).
enum class Phase : std::uint8_t {
  Closed,  // No TCB; whether the port listens is the application's affair.
  SynSent,
  SynReceived,
  Synchronized,
  TimeWait,
};

// Why a connection is no more, and so what its application has to be told.
// Any: whichever, where readings that differ in it became one.
enum class Ending : std::uint8_t { None, Normal, Reset, Refused, TimedOut, Aborted, Any };

// Which of two answers a stack has shown where RFC 9293 allows both.
enum class Answer : std::uint8_t { Unknown, Rfc5961, Rfc793 };

// A reset that answers one segment (RFC 9293, 3.5.2).
struct ResetForm {
  std::uint32_t seq = 0, ack = 0, cause = 0;
  bool by_ack = false;  // The segment had an ACK: its number is the reset's.
  bool must = false;    // It is owed; else it may come.
  bool any = false;     // Or one for another segment: there was no room for them all.
  friend bool operator==(const ResetForm&, const ResetForm&) = default;
};

// One reading of what happened inside the target that explains all that was seen: plain data.
// Where evidence leaves a number open, it is an interval, and the next observation narrows it.
struct Hypothesis {
  // Sent. Acknowledged is everything before `una` surely, before `una_high` perhaps.
  Offset una = 0, una_high = 0, nxt = 0;
  // The right edge of the peer's window: as it is now at least and at most.
  Offset edge_low = 0, edge_high = 0;
  Offset wl1 = 0, wl1_high = 0, wl2 = 0;
  Offset own_fin = kNowhere;
  Offset recover = kNowhere;  // Retransmitting until this is acknowledged.

  // Received. RCV.NXT is at least `rcv`, at most `rcv_high`; `racing` if the target has not yet
  // seen what arrived last (Connection::racing_until); kNowhere: there was no connection then.
  Offset rcv = 0, rcv_high = 0, racing = 0;
  Offset acked = 0;             // The highest number it has acknowledged.
  Offset advertised = 0;        // The farthest right edge it ever offered ...
  Offset edge_last = 0;         // ... and the one it offered last.
  Offset fin = kNowhere;        // The peer's.
  Offset read_before = 0;       // What the application had read at the last emission.
  std::array<Range, 4> held{};  // Perhaps kept out of order; disjoint, in order.

  Time head_sent = 0, head_first = 0, last_gap = 0;  // Of the oldest segment without an ACK.
  Time last_arrival = 0, time_wait_since = 0;

  Obligations owed{};
  std::array<ResetForm, 2> resets{};

  std::uint32_t iss = 0, irs = 0;
  std::uint32_t ts_echoed = 0;               // The last echo sent.
  std::uint32_t ts_recent = 0, ts_last = 0;  // Echo that is sure; the last value sent.
  std::uint32_t max_window = 0;    // The largest window of the peer that it surely knows of.
  std::uint32_t unacked_full = 0;  // Full segments without an ACK (SHLD-19).
  std::uint32_t dropped = 0;       // The last segment that must have no effect ...
  std::uint16_t peer_mss = 0, own_mss = 0;
  std::uint16_t ack_credit = 0, credit_before = 0;  // Now, and before the last arrival.
  std::uint16_t retransmissions = 0;
  std::uint16_t window_field = 0;  // Of the last ACK that came, if `window_known`.
  std::uint8_t dropped_rule = 0;   // ... by this rule. 0: there is none.
  std::uint8_t keepalives = 0;
  Phase phase : 4 = Phase::Closed;
  Ending ending : 4 = Ending::None;
  std::uint8_t duplicates = 0;      // ACKs of the same number ...
  std::uint8_t likenesses : 2 = 0;  // ... with another window.
  Answer on_reset : 2 = Answer::Unknown, on_syn : 2 = Answer::Unknown;
  // To an ACK before all that the peer's window allows; to one before the first octet.
  Answer on_old_ack : 2 = Answer::Unknown, on_early_ack : 2 = Answer::Unknown;
  std::uint8_t peer_shift : 4 = 0, resets_owed : 2 = 0;  // In this order they leave no gap.
  std::uint8_t own_shift : 4 = 0, held_count : 3 = 0;
  bool active : 1 = false;   // Opened by the application, not by a SYN.
  bool offered : 1 = false;  // A SYN has arrived that may open a connection.
  bool scaled : 1 = false, peer_scales : 1 = false, own_scales : 1 = false;
  bool timestamps : 1 = false, peer_stamps : 1 = false, own_stamps : 1 = false;
  bool sack : 1 = false, peer_sacks : 1 = false, own_sacks : 1 = false;
  bool evidence : 1 = false;      // Something besides time allows to retransmit.
  bool steady : 1 = false;        // The last gap between retransmissions was a whole RTO.
  bool may_reset : 1 = false;     // Data came for an application that has closed.
  bool closed_first : 1 = false;  // CLOSE came before the peer's FIN.
  bool irs_known : 1 = false;
  bool asked : 1 = false;       // The last arrival was one that is answered by a challenge.
  bool syn_again : 1 = false;   // The peer's SYN was repeated.
  bool told : 1 = false;        // The application knows of the ending.
  bool probing : 1 = false;     // The window is zero and something waits.
  bool anew : 1 = false;        // The name was another connection's before.
  bool hard_error : 1 = false;  // ICMP told of what should end it (SHLD-26).
  bool must_end : 1 = false;    // ... by the letter of that.
  bool reopens : 1 = false;     // Out of TIME-WAIT: its numbers go beyond `old_top` (MAY-2).
  bool restarted : 1 = false;   // An ACK of new data has started the retransmission timer again.
  bool syn_timed : 1 = false;   // Its SYN was sent again because a timer ran out.
  bool shrunk : 1 = false;      // The window is smaller by an ACK of the same numbers.
  bool window_known : 1 = false;
  bool shut_gone : 1 = false;  // Over because the sending half was shut while it opened.
  bool ts_sure : 1 = false;    // TS.Recent is what `ts_recent` says.
  bool ts_aged : 1 = false;    // ... and was too old to count when the last segment came.
  bool stirred : 1 = false;    // Something came that may have restarted the retransmission timer.
  bool old_syn : 1 = false;    // The SYN that reopens it tells of nothing newer (RFC 6191).
  bool sent_back : 1 = false;  // A SYN sent it back from SYN-RECEIVED to LISTEN.
  bool held_sure : 1 = false;  // All of `held` was kept.
  bool shifts : 1 = false;     // It scales its own windows, though that was not agreed.

  Obligation debt(Debt d) const { return owed[d]; }
  void clear(Debt d) { owed.clear(d); }

  void saw_window(Offset window) {
    max_window = std::max(max_window, static_cast<std::uint32_t>(window));
  }

  // The place of a number on the wire, near to what is current.
  Offset received(std::uint32_t seq) const {
    return rcv + static_cast<std::int32_t>(seq - irs - static_cast<std::uint32_t>(rcv));
  }
  Offset sent(std::uint32_t seq) const {
    return nxt + static_cast<std::int32_t>(seq - iss - static_cast<std::uint32_t>(nxt));
  }
  // Of the windows it tells of.
  int window_shift() const { return scaled || shifts ? own_shift : 0; }
  bool outstanding() const { return una < nxt; }
  bool fin_received() const { return fin != kNowhere && rcv > fin; }
  bool fin_perhaps() const { return fin != kNowhere && rcv_high > fin; }
  bool own_fin_acked() const { return own_fin != kNowhere && una > own_fin; }

  friend bool operator==(const Hypothesis&, const Hypothesis&) = default;
};
static_assert(std::is_trivially_copyable_v<Hypothesis>);
static_assert(sizeof(Hypothesis) <= 512);

}  // namespace harness::model
