#pragma once

#include <string>

#include "harness/model/judgement.h"
#include "harness/model/violation.h"

namespace harness::model {

// "FIN-WAIT-1 or FIN-WAIT-2", in the order of a connection's life; bit n for TcpState n.
std::string print_states(unsigned states);

// The finding in words: phrases with their numbers.
Violation violation(const Miss&, Violation::Weight, std::uint32_t record, Time at,
                    const wire::FourTuple&);

// "expected ack 1001, got ack 1000 · RFC 9293, 3.4 · event 17, +0.203 s"
std::string explain(const Violation&);

}  // namespace harness::model
