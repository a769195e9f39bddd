#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <optional>
#include <span>
#include <vector>

#include "harness/event/call.h"
#include "harness/event/record.h"
#include "harness/model/limits.h"
#include "harness/model/quantities.h"
#include "harness/wire/ip_address.h"
#include "harness/wire/seq_num.h"

namespace harness::model {

// Octets at their place in a stream; they lie in the trace.
struct Piece {
  Offset at = 0;
  event::Span octets{};
  std::uint32_t call = 0;  // The Send they came with ...
  Time since = 0;          // ... and when it was called.

  Offset end() const { return at + static_cast<Offset>(octets.size()); }
};

// Text that must have no effect, and why.
struct IgnoredText {
  Offset from = 0, to = 0;
  std::uint32_t record = event::kNoRecord;
  std::uint8_t rule = 0;
};

// What is known for certain of one connection, whatever the target makes of it: who asked for what,
// and which octets arrived.
struct Connection {
  wire::FourTuple tuple{};
  std::int32_t fd = -1;       // The application's name for it; -1 while it has none.
  bool calls_known = true;    // False: nobody recorded what the application does.
  bool connect = false;       // CONNECT was called and may send a SYN.
  bool closing = false;       // CLOSE, or the sending half is shut.
  bool closed = false;        // CLOSE: nobody reads any more.
  bool reading_shut = false;  //
  bool aborted = false;       // ABORT, or CLOSE with a linger time of 0.
  bool linger_zero = false;
  bool keepalive = false;
  bool own_timeout = false;      // The application or its host has set when to give up:
  Time least_timeout = kNoTime;  // no sooner than this; 0: who knows.
  Time open_timeout = 0;         // What was set before its CONNECT, and not anew; 0: nothing.
  bool urgent = false;           // Urgent data came: what is read may lack an octet ...
  bool inlined = false;          // ... if that was not asked for in its place.
  bool nodelay = false;          // Nagle's algorithm is off.
  bool corked = false;           // It was told that more follows: PSH and small segments may wait.
  std::int64_t segment_asked = 0;  // No segment is to be larger (TCP_MAXSEG); 0: that was not said.
  bool patient = false;            // A read waits for more than the first octet.
  bool buffer_set = false;         // The room for what arrives was changed on the way.
  bool doubtful = false;       // Something happened after which a failure may be the model's own.
  bool failed = false;         // Already judged wrong.
  Time orphan_wait = kOrphan;  // So long at least it waits for the peer's FIN once it is closed.
  Time keepalive_idle = 0, keepalive_interval = 0;  // 0: not set.
  Time keepalive_since = 0;                         // It was switched on.
  std::uint32_t close_record = 0;
  std::int32_t queued = 0;      // Connections of this name that were opened and not accepted yet.
  int odd_fins = 0;             // FINs in other places than the first.
  Offset least_fin = kNowhere;  // The first place where one stood, taken or not.
  // The FIN of the peer that counts, and the ACK of the own.
  std::uint32_t fin_record = event::kNoRecord, fin_acked = event::kNoRecord;
  bool counted = false;  // The one that lives now is among them.
  std::uint32_t reading = event::kNoRecord, connecting = event::kNoRecord;  // Calls that wait.

  std::vector<Piece> written{};         // By the application, in order.
  Offset app_low = 1, app_high = 1;     // Behind the last octet it has written: surely, perhaps.
  std::array<Offset, 4> urgent_ends{};  // Behind the urgent octets it wrote last.
  Offset urgent_sure = 0;               // The last of them, when the call is over.
  // RCV.UP, behind the urgent octets of the peer: surely, perhaps; and what has to be told by it.
  Offset rcv_up_low = 0, rcv_up_high = 0;
  bool up_in_shut = false;  // The window was closed then.
  Offset rcv_up_next = 0;   // Of the record:
  std::uint32_t rcv_up_record = event::kNoRecord;
  Offset void_up = 0;  // One that has to be ignored, by this rule.
  std::uint32_t void_up_record = event::kNoRecord;
  std::uint8_t void_up_rule = 0;
  std::vector<Piece> arrived{};  // From the peer, as they came.
  Offset syn_end = 0;            // Behind the octets and the FIN of the peer's SYN.
  Offset late = 0;               // The first octet that came after CLOSE; 0: none.
  Offset left = 0;               // Of a connection that is over: behind its octets.
  Offset read = 1;               // Behind the last octet the application has read.

  // What was measured and seen; where hypotheses differ, what allows the target most.
  Time sample_sent = 0;  // The round-trip sample under way ...
  Offset sample_end = kNowhere;
  Time over_sent = 0;  // The one before, which is over in one reading at least.
  Offset over_end = kNowhere;
  Time guess_sent = 0;  // ... and one of what was perhaps a probe.
  Offset guess_end = kNowhere;
  Time rtt_least = kNoTime, rtt_most = 0;
  bool rtt_known = false;
  int samples = 0;                              // So many ACKs may have been one ...
  std::uint32_t sampled_by = event::kNoRecord;  // ... the last of them this.
  std::optional<wire::SeqNum> own_syn{};        // Of the last SYN the target sent;
  bool syn_again = false;                       // it is that of the one before.
  Time backed_off = 0;     // The longest time between retransmissions since the last sample.
  Time racing_until = -1;  // Until then it may not have seen the last arrival yet.
  Time last_heard = 0;     // Data or an ACK that counts came.
  Time unheard_since = 0;  // Since then ...
  int unheard = 0;         // ... so many keep-alives had no answer that counts.
  Time last_probe = 0, probe_gap = 0;  // Of a zero window, or whether the peer is there ...
  Time probe_before = 0;               // ... and the one before, of the latter ...
  std::uint32_t probe_record = event::kNoRecord;  // ... when this was the last.
  std::uint32_t old_top = 0;                      // Behind the numbers of the connection before ...
  bool stamped_before = false;                    // ... which had timestamps.
  // When what was not acceptable was answered, the latest first; never: before all time.
  std::array<Time, 10> challenges = never();
  std::uint32_t challenge_record = event::kNoRecord;
  std::uint32_t heard = event::kNoRecord;  // The last that was not acceptable, but its ACK heard.
  Offset edge_any = 0, max_window = 0;     // Of the peer's window.
  Offset most_offered = 0;                 // The largest window the target offered.
  std::int64_t least_segment = 0;          // The shortest with data that came; 0: none.
  std::uint32_t arrived_before = 0;        // The record of the last segment but one ...
  std::uint32_t last_arrived = 0;          // The record of the last segment to the target ...
  std::uint32_t opened_by = event::kNoRecord;   // ... and of the ACK of our SYN.
  Offset fin_in_shut = kNowhere;                // The place of a FIN that came to a window of zero.
  std::uint32_t behind_fin = event::kNoRecord;  // The last octets behind a FIN.
  IgnoredText ignored{};                        // The last.
  Offset last_ack = kNowhere;                   // What the last segment with one acknowledged.
  Offset ack_alone = kNowhere;  // What the target's last segment said, if it was but an ACK and
                                // nothing came since.
  bool late_echo = false;       // The ACK of our SYN echoed what was sent behind it.
  // A reset outside the window, since when the target has shown no sign of the connection's life.
  std::uint32_t reset_outside = event::kNoRecord;
  const char* outside = "";       // What is wanted of it.
  bool crosses_fin = false;       // The last octets behind a FIN came with some before it.
  Offset beyond = 0;              // Behind the farthest octets that were not acceptable.
  Offset urged = kNowhere;        // Where an urgent pointer of what was not acceptable ends.
  bool pressed = false;           // It was opened while the backlog was full.
  bool tick_before = false;       // The last old timestamp was so by one tick.
  Offset edge_scaled = kNowhere;  // Of the peer's window, had those of SYNs been scaled.
  bool took_back = false;         // A scaled window of the target's went left by more than a unit.
  std::uint32_t old_ack = event::kNoRecord;   // The last segment whose ACK was below SND.UNA ...
  std::uint32_t outdated = event::kNoRecord;  // ... before which TS.Recent was too old to count ...
  std::uint32_t wrap_stamp = event::kNoRecord;  // ... whose timestamp was newer across the wrap ...
  std::uint32_t same_stamp = event::kNoRecord;  // ... or the same as before.
  Range bare{};                                 // The octets of the last that lacked its timestamp.
  Offset stamped_end = 0;                       // Behind the farthest in order that had it.
  Offset edge_late = kNowhere;  // Of the last window that was older than the one that counts.
  Offset edge_old = kNowhere;   // By an ACK that was too old to tell the window ...
  std::uint32_t edge_old_record = event::kNoRecord;  // ... the last.
  Offset full_end = kNowhere;  // Behind the last new segment that was full ...
  Offset full_edge = 0;        // ... and the edge of the window it went into.
  Offset small_end = 0;        // Behind the last new segment that was not full.
  Offset probe_at = kNowhere;  // The number that probed last.
  Time tw_latest = 0;          // TIME-WAIT has begun, or begun anew, by any reading ...
  std::uint32_t tw_record = event::kNoRecord;  // ... here.
  Time tw_asked = 0;        // So long TIME-WAIT had lasted when the peer's FIN came again ...
  Time tw_shown = 0;        // ... and so long it has lasted at least, as an answer showed.
  bool reset_shut = false;  // The reset that ended it came while its own window was closed.
  std::uint32_t unstamped = event::kNoRecord;  // The last segment that lacked its timestamp.
  Offset heard_shut = 0;                       // Acknowledged while its own window was closed.
  Time stamp_at = 0;                           // The peer's last timestamp came that may count ...
  Time stamp_taken = 0;                        // ... and the last that surely does.
  Time quiet_since = 0;                        // The target's last segment but one ...
  Time last_sent = 0;                          // ... its last ...
  Time last_fresh = 0;                         // ... with new octets; or they were written then.
  Moment ts_base_at{};                         // When the target's first timestamp was sent ...
  std::uint32_t ts_base = 0;                   // ... and its value.
  bool ts_based = false;
  std::array<std::uint32_t, 8> ts_arrived{};  // The latest timestamps, any of which may be echoed.
  std::size_t ts_count = 0;
  // Of the ACKs that repeat one number and tell of nothing else: how many there were.
  std::uint32_t duplicate_record = event::kNoRecord;
  std::int32_t duplicate_window = -1;  // Of what came last; -1: nothing has.
  int duplicates = 0;
  bool third = false;
  bool hard_error = false;       // ICMP told of what should end it.
  std::uint16_t error_rule = 0;  // An ICMP error came that must end nothing, by this rule, ...
  std::uint32_t error_record = event::kNoRecord;  // ... and the target has sent nothing since.
  const char* error_wanted = nullptr;             // What is wanted of one that came while it opens.
  // An ICMP error told of a packet of this connection that was too big: the size that passes.
  std::int64_t told_mtu = 0;
  std::uint32_t told_record = 0;
  Time told_at = 0;
  std::int64_t path_mtu = 0;  // The least that ICMP told the path carries; 0: it told nothing.

  std::span<const std::uint32_t> stamps() const { return {ts_arrived.data(), ts_count}; }

  static std::array<Time, 10> never() {
    std::array<Time, 10> times{};
    times.fill(-kNoTime);
    return times;
  }

  // The same name, another connection; of its octets only those of the SYN are here already.
  void reopen(bool keep_last_piece = false);
};

// The place of the first octet that differs from what was written; kNowhere when all is the same.
Offset first_wrong(const Connection&, Offset at, event::Span octets);
// The place of the first octet that never arrived like this; kNowhere when all did.
Offset first_not_arrived(const Connection&, Offset at, event::Span octets);

}  // namespace harness::model
