#pragma once

#include "harness/model/judgement.h"

namespace harness::model {

// A user timeout may have ended it by then (RFC 9293, 3.10.8).
bool user_timeout_over(const Hypothesis&, const Judgement&, Time by);

// When the time has passed that the application has set for what waits for an ACK, at the soonest.
// 0: no bound is known.
Time user_timeout_least(const Hypothesis&, const Judgement&);

// The deadline of the next retransmission has passed.
bool miss_retransmission(Hypothesis&, Judgement&);

// Whether giving up by now is what RFC 9293, 3.8.3, allows; says what it breaks if not.
bool judge_giving_up(Hypothesis&, Judgement&);
// The same where it is only a guess.
bool may_give_up(const Hypothesis&, Judgement&);
// It has sent again what had no answer, or asked whether anybody is there.
bool tries(const Hypothesis&, const Connection&);
// Something else gives a reason to end it, and it was tried long enough as well: who knows for
// which it was.
void fork_if_given_up(const Hypothesis&, Judgement&);
// What it breaks where nothing was tried again: with text on its way, or each probe answered.
Id rule_of_giving_up(const Hypothesis&, const Connection&);

}  // namespace harness::model
