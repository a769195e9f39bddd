#pragma once

#include <string>

#include "harness/event/call.h"

namespace reports {

// "read(4, 100)", "setsockopt(3, SO_REUSEADDR, 1)": a call as people say it, without what only
// machines need.
std::string print(const harness::event::Call&);

// What it returned: "3", "-1 EAGAIN", "1 POLLIN"; of a Status call the state: "SYN-RECEIVED".
std::string print_result(const harness::event::Call&, const harness::event::Reply&);

// Both: "read(4, 100) = 20", "state(3) LISTEN".
std::string print(const harness::event::Call&, const harness::event::Reply&);

}  // namespace reports
