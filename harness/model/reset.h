#pragma once

#include "harness/model/arrival.h"
#include "harness/model/emission.h"

namespace harness::model {

// RFC 9293, 3.10.7.4, second, for SYN-RECEIVED and the synchronized states.
bool arrive_reset(Hypothesis&, Judgement&, const Arrival&, Offset seq, Certainty acceptable);

// A reset may answer this segment (RFC 9293, 3.5.2), and must if `rule` is given.
void may_reset(Hypothesis&, const Judgement&, const Arrival&);
void owe_reset(Hypothesis&, const Judgement&, const Arrival&, Id rule);
// SHLD-3: "if new data is received after CLOSE is called"; that it also fits is not asked.
void note_unread(Hypothesis&, const Judgement&, const Arrival&, Offset end);
// In SYN-RECEIVED an ACK of anything but our SYN may be answered so, whatever else is wrong.
void refuse_ack(Hypothesis&, const Judgement&, const Arrival&);

// What came so long ago that no reset answers it any more is forgotten.
void forget_resets(Hypothesis&, const Judgement&);

// Whether the reset the target sent has a reason and the form that goes with it.
bool emit_reset(Hypothesis&, Judgement&, const Emission&);

// What a reset at RCV.NXT that ended the connection was to do: RFC 5961, 3.2, or MUST-66 where the
// window was closed.
Id rule_of_reset(const Connection&);

// The connection is no more.
void close_with(Hypothesis&, const Judgement&, Ending);

}  // namespace harness::model
