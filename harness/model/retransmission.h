#pragma once

#include "harness/model/arrival.h"
#include "harness/model/emission.h"

namespace harness::model {

// A user timeout may have ended it by then, whose length is not told here (RFC 9293, 3.10.8).
bool user_timeout_over(const Hypothesis&, const Judgement&, Time by);

// Everything before `ack` is acknowledged: surely, or perhaps.
void advance(Hypothesis&, Judgement&, Offset ack, Certainty sure);

// What is sent and perhaps not acknowledged is sent again, or asked for by probes.
void expect_retransmission(Hypothesis&, const Judgement&);

// How long the next retransmission may keep us waiting. Nobody knows the target's estimate of the
// round-trip time; this is as long as any may be that follows RFC 6298.
Time longest_rto(const Hypothesis&, const Judgement&);

// What an ACK says besides its number: duplicates and SACK let a sender retransmit early.
void count_evidence(Hypothesis&, const Judgement&, const Arrival&, Offset ack, Certainty sure);

// The target sent the numbers [seq, end): new ones, or again. RFC 6298, and 3.10.8.
bool judge_transmission(Hypothesis&, Judgement&, Offset seq, Offset end);

// The deadline of the next retransmission has passed.
bool miss_retransmission(Hypothesis&, Judgement&);

// Whether giving up by now is what RFC 9293, 3.8.3, allows; says what it breaks if not.
bool judge_giving_up(Hypothesis&, Judgement&);

}  // namespace harness::model
