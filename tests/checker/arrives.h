#pragma once

#include "tests/checker/tcb.h"

namespace harness::checker {

// RFC 9293, 3.10.7: SEGMENT ARRIVES. Every TCB that this one may have become.
Next arrives(const Tcb&, const Facts&, const Step&);

}  // namespace harness::checker
