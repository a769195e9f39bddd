#pragma once

#include "harness/model/arrival.h"
#include "harness/model/emission.h"

namespace harness::model {

// Our SYN is not acknowledged; and the window we send into is shut.
inline bool opening(const Hypothesis& h) {
  return h.phase == Phase::SynSent || h.phase == Phase::SynReceived;
}
inline bool closed_window(const Hypothesis& h) { return !opening(h) && h.edge_low <= h.una; }

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

}  // namespace harness::model
