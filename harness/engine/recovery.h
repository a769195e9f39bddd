#pragma once

#include "harness/engine/arrival.h"
#include "harness/engine/host.h"

namespace harness::engine {

// A duplicate ACK (RFC 5681, 2): limited transmit, fast retransmit and fast recovery as NewReno has
// them (RFC 5681, 3.2; RFC 6582, 3.2).
bool is_duplicate_ack(const Connection&, const Arrival&);
void take_duplicate_ack(Step&, Connection&);

// What an ACK of `octets` of new data, already taken into SND.UNA, means for the congestion window.
// True when the retransmission timer starts anew.
bool recover(Connection&, std::uint32_t octets);

// After a retransmission timeout (RFC 6582, 3.2, 4).
void leave_recovery(Connection&);

// Sends what is at SND.UNA again, without moving anything else. An ACK that shows it missing only
// sets Connection::hole_due: what goes out tells of the text that came with that ACK, too.
void resend_first(Step&, Connection&);

}  // namespace harness::engine
