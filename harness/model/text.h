#pragma once

#include "harness/model/arrival.h"

namespace harness::model {

// RFC 9293, 3.10.7.4, seventh and eighth: segment text and FIN.
bool arrive_text(Hypothesis&, Judgement&, const Arrival&, Offset seq, Certainty sure);

// Octets out of order are perhaps held, perhaps not: SHLD-31 is a SHOULD, and what is held may be
// let go.
void hold(Hypothesis&, Offset from, Offset to, Certainty sure);

// RCV.NXT has moved on: what was perhaps held behind it may count now.
void absorb(Hypothesis&);

}  // namespace harness::model
