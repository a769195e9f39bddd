#pragma once

#include <cstdint>
#include <optional>
#include <span>

#include "harness/engine/host.h"
#include "harness/event/call.h"
#include "harness/wire/flags.h"
#include "harness/wire/ip_address.h"
#include "harness/wire/segment.h"
#include "harness/wire/seq_num.h"

namespace harness::engine {

// A segment that arrived for us, its checksum right. `tuple` names the connection as we see it.
struct Arrival {
  wire::FourTuple tuple;
  SeqNum seq{0}, ack{0};
  wire::Flags flags;
  std::uint16_t urgent = 0;
  bool bare = false;         // Neither text nor SYN nor FIN, as it came.
  std::uint32_t window = 0;  // Octets: scaled once the connection is known.
  SeqNum left{0};            // SEG.SEQ as it came, whatever is trimmed.
  // Read when SYN is set, as they mean nothing elsewhere.
  std::optional<std::uint16_t> mss;
  std::optional<std::uint8_t> window_scale;
  std::optional<wire::Timestamps> timestamps;
  event::Span payload;
  event::Span ip_options;

  std::uint32_t length() const {
    return static_cast<std::uint32_t>(payload.size()) + flags.syn() + flags.fin();
  }
};

// What the header's options say. A broken option and those behind it count as absent (MUST-7).
// True: go on with the segment.
bool read_options(const Step&, const wire::SegmentView&, Arrival&);

// SEGMENT ARRIVES, RFC 9293, 3.10.7.
void arrive(Step&, event::Span datagram);

// One function for each clause. Those that return bool say whether processing goes on; they may
// have ended the connection when it does not.
void arrive_closed(Step&, const Arrival&);                    // 3.10.7.1
void arrive_listen(Step&, Socket& listener, const Arrival&);  // 3.10.7.2
void arrive_syn_sent(Step&, Connection&, Arrival&);           // 3.10.7.3
void arrive_synchronized(Step&, Connection&, Arrival&);       // 3.10.7.4, all of it
bool check_timestamps(Step&, Connection&, const Arrival&);    // RFC 7323, 5.3: before the first
bool check_sequence(Step&, Connection&, Arrival&);            // First
bool check_reset(Step&, Connection&, const Arrival&);         // Second
bool check_syn(Step&, Connection&, const Arrival&);           // Fourth
bool check_ack(Step&, Connection&, Arrival&);                 // Fifth
void check_urgent(Step&, Connection&, const Arrival&);        // Sixth
bool process_text(Step&, Connection&, const Arrival&);        // Seventh
void process_fin(Step&, Connection&);                         // Eighth

// Cuts off what lies outside the receive window, so that the rest is new.
void trim(const Step&, const Connection&, Arrival&);
// RFC 5681 and 6298 bookkeeping of an ACK that covers new data.
void take_new_ack(Step&, Connection&, const Arrival&);
void update_send_window(Step&, Connection&, const Arrival&);
// TS.Recent of RFC 7323, 4.3 and 5.3.
void take_timestamp(Step&, Connection&, const Arrival&);
// Our SYN is acknowledged: the variables of a new connection (3.10.7.3, 3.10.7.4 fifth).
void establish(Step&, Connection&, const Arrival&);
// A connection for a SYN, in SYN-RECEIVED; its SYN,ACK is on the way.
void receive_syn(Step&, Socket& listener, const Arrival&,
                 const std::optional<Connection::Interrupted>&);
// The peer's numbers and MSS, as its SYN tells them.
void take_syn(Step&, Connection&, const Arrival&);
// The route back, of a passive open (3.9.2.1, MUST-53); a later one counts (SHLD-24).
void take_route(const Step&, Connection&, const Arrival&);
// Text and FIN that came with a SYN wait until the connection is open.
void keep_syn_text(Step&, Connection&, const Arrival&);
// True when the SYN opens a new connection in the place of one in TIME-WAIT (MAY-2).
bool reopen(Step&, Connection&, const Arrival&);

}  // namespace harness::engine
