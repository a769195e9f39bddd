#pragma once

#include "harness/event/call.h"
#include "harness/model/arrival.h"
#include "harness/model/emission.h"

namespace harness::model {

// RFC 9293, 3.8.5: URG and its pointer on a segment of the target whose octets begin at `seq`.
bool judge_urgent(Hypothesis&, Judgement&, const Emission&, Offset seq);

// The same of a segment that arrives, where its turn has come.
void note_urgent(const Hypothesis&, Judgement&, const Arrival&, Offset seq, Certainty sure);

// There is but one reading of it: what it said has to be told.
void settle_urgent(Judgement&);

// What poll() tells of it.
bool judge_poll(const Hypothesis&, Judgement&, const event::Call&, const event::Reply&);

}  // namespace harness::model
