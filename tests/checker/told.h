#pragma once

#include "tests/checker/tcb.h"

namespace harness::checker {

// What the application does or is told, as far as it is not the TCP's affair.
void note(Facts&, const Step&);

// RFC 9293, 3.9.1 and 3.10.1 to 3.10.6: a call, or the answer to one.
Next told(const Tcb&, const Facts&, const Step&);

}  // namespace harness::checker
