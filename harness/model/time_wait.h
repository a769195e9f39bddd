#pragma once

#include "harness/model/arrival.h"

namespace harness::model {

// What comes in TIME-WAIT: a repeated FIN is acknowledged and restarts 2 MSL; a SYN may reopen
// (MAY-2, RFC 6191), be challenged or ignored; an empty ACK is not spoken of.
bool arrive_in_time_wait(Hypothesis&, Judgement&, const Arrival&, Offset seq);
// Where it is not sure whether both FINs count, a SYN may find TIME-WAIT all the same.
void fork_if_in_time_wait(const Hypothesis&, Judgement&, const Arrival&, Offset seq);

// It was reopened by this SYN,ACK: whether the SYN was one to do so (RFC 6191).
void judge_reopening(const Hypothesis&, Judgement&);

// It has lasted 2 MSL, of the shortest MSL that this target may have.
bool time_wait_may_end(const Hypothesis&, const Judgement&);
// What it breaks to end sooner.
Id rule_of_time_wait(const Hypothesis&, const Judgement&);
// The target answered: TIME-WAIT is not over yet.
void note_time_wait(const Hypothesis&, Judgement&);

// MAY-2: "returns to TIME-WAIT state if the SYN turns out to be an old duplicate". The TIME-WAIT
// that this SYN-RECEIVED was before, which may come back; null where there was none.
const Hypothesis* time_wait_before(const Hypothesis&, const Judgement&);
// It does, when something that came ends the half-open connection.
void fork_to_time_wait(const Hypothesis&, Judgement&);

}  // namespace harness::model
