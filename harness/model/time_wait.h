#pragma once

#include "harness/model/arrival.h"

namespace harness::model {

// What comes in TIME-WAIT: a repeated FIN is acknowledged and restarts 2 MSL; a SYN may reopen
// (MAY-2, RFC 6191), be challenged or ignored; an empty ACK is not spoken of.
bool arrive_in_time_wait(Hypothesis&, Judgement&, const Arrival&, Offset seq);

}  // namespace harness::model
