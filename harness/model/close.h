#pragma once

#include <cstdint>

#include "harness/event/status.h"
#include "harness/model/judgement.h"

namespace harness::model {

// What follows when both FINs are known to have got through: TIME-WAIT, or the end.
void settle(Hypothesis&, Judgement&);

// CLOSE, or SHUTDOWN of the sending half (RFC 9293, 3.10.4).
void call_close(Hypothesis&, Judgement&);

// ABORT (RFC 9293, 3.10.5), or CLOSE that does not linger.
void call_abort(Hypothesis&, Judgement&);

// The FIN is due once nothing keeps it back.
void expect_fin(Hypothesis&, const Judgement&);

// Its application has closed it and its FIN is acknowledged: it may wait for the peer's no longer.
bool orphan_may_end(const Hypothesis&, const Judgement&);

// The states of RFC 9293, 3.3.2, it may be in: bit n for TcpState n.
std::uint16_t states(const Hypothesis&, const Judgement&);

}  // namespace harness::model
