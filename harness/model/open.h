#pragma once

#include "harness/model/arrival.h"
#include "harness/model/emission.h"

namespace harness::model {

// RFC 9293, 3.10.7.1 and .2: CLOSED, and LISTEN.
bool arrive_closed(Hypothesis&, Judgement&, const Arrival&);
// RFC 9293, 3.10.7.3.
bool arrive_syn_sent(Hypothesis&, Judgement&, const Arrival&);
// RFC 9293, 3.10.7.4, fourth: a SYN on a connection that is there.
bool arrive_syn(Hypothesis&, Judgement&, const Arrival&, Offset seq, Certainty acceptable);

// A segment with SYN that the target sent.
bool emit_syn(Hypothesis&, Judgement&, const Emission&);

}  // namespace harness::model
