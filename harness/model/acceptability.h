#pragma once

#include "harness/model/arrival.h"

namespace harness::model {

// RFC 9293, 3.4, table 6, over all the values that RCV.NXT and the window may have.
Certainty acceptability(const Hypothesis&, const Judgement&, Offset seq, std::int64_t length);

// The farthest right edge of the window that the target may go by.
Offset farthest(const Hypothesis&, const Connection&);

// RFC 9293, 3.10.7.4, first: not acceptable, so it has no effect but an acknowledgment.
bool arrive_unacceptable(Hypothesis&, Judgement&, const Arrival&, Offset seq);

// An acknowledgment is due in answer to what is not acceptable. It may be rate-limited (RFC 5961,
// 7): only the first after a second without one is owed.
void owe_challenge(Hypothesis&, const Judgement&, Id rule);

// It was answered; once for all hypotheses.
void note_challenge(const Judgement&);

}  // namespace harness::model
