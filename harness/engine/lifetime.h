#pragma once

#include "harness/engine/host.h"

namespace harness::engine {

// The connection enters CLOSED. Its application is told `error` (0: none), and whoever waits for
// it is answered. A connection without a holder is gone when this returns.
void finish(Step&, Connection&, int error);

// A reset, then finish().
void abort(Step&, Connection&, int error);

// A connection that a listener counts as half-open ends before it was ever open: back to LISTEN
// (3.10.7.4, second and fourth), or to the TIME-WAIT that its SYN interrupted.
void return_to_listen(Step&, Connection&);

}  // namespace harness::engine
