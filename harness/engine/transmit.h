#pragma once

#include "harness/engine/arrival.h"
#include "harness/engine/host.h"
#include "harness/wire/flags.h"

namespace harness::engine {

// Sends all that state, windows, Nagle and silly window avoidance allow now, and sets the send
// timer. `force`: at least one segment, held back or not.
void transmit(Step&, Connection&, bool force = false);

// One segment of a connection, with `length` octets of its stream from `seq` on.
void emit(Step&, Connection&, SeqNum seq, wire::Flags, std::uint32_t length = 0);
void emit_syn(Step&, Connection&);  // Or SYN,ACK: as the state says.
// <SEQ=SND.NXT><ACK=RCV.NXT><CTL=ACK>
void emit_ack(Step&, Connection&);
// An ACK that is owed: at once, or when the delay is over.
void pay_ack(Step&, Connection&);
// The ACK of RFC 5961, throttled (section 7).
void challenge(Step&, Connection&);
// The ACK in answer to a segment that fails the sequence check, limited when without text; and
// whether there may be one now.
void emit_invalid_ack(Step&, Connection&, const Arrival&);
bool answers_invalid(Step&, Connection&, const Arrival&);

// A reset in answer to a segment of no connection (3.10.7.1).
void emit_reset(Step&, const Arrival&);
// A reset of our own will (3.10.5).
void emit_reset(Step&, Connection&);

}  // namespace harness::engine
