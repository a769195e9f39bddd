#pragma once

#include "harness/model/emission.h"

namespace harness::model {

// Whether the target may acknowledge this number: what arrived in order, surely or perhaps.
bool judge_ack_number(Hypothesis&, Judgement&, Offset ack);

// MUST-59: two ACKs with nothing arriving between tell that the first left out what was queued.
bool judge_queue(const Hypothesis&, Judgement&, Offset ack);

// What it breaks to answer the last segment as if it were not to be taken.
Id rule_of_refusal(const Hypothesis&, const Judgement&, Id otherwise);

// The acknowledgment a segment carries, with the window and what it settles.
bool judge_acknowledgment(Hypothesis&, Judgement&, const Emission&);

// What was just sent, for the one behind it (MUST-59). Once for all hypotheses, after them.
void note_ack_alone(const Hypothesis&, Judgement&, const Emission&);

}  // namespace harness::model
