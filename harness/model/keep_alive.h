#pragma once

#include "harness/model/emission.h"

namespace harness::model {

// RFC 9293, 3.8.4: an old number sent over an idle connection, to hear whether the peer is there.
bool judge_keep_alive(Hypothesis&, Judgement&, const Emission&);

// The same at SND.NXT, which asks for nothing: RFC 9293 knows keep-alives that "generally" are at
// SND.NXT-1. True where one is due.
bool judge_unanswerable(const Hypothesis&, Judgement&);

// False for what nothing asked for and what looks like one, while text is on its way.
bool judge_outstanding(const Hypothesis&, Judgement&, const Emission&, Offset seq);

// So many of them had no answer; what only draws one itself is none.
int unanswered(const Hypothesis&, const Connection&);

// Switched on, and nothing has come for as long as was asked: a probe is due.
void expect_keep_alive(Hypothesis&, const Judgement&);

// Nobody has switched it on, and for as long as it would wait by default nothing was sent either
// way.
bool silent_unasked(const Hypothesis&, const Connection&, Time now);

}  // namespace harness::model
