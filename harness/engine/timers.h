#pragma once

#include "harness/engine/host.h"

namespace harness::engine {

void fire_timers(Step&);

// Sets, restarts or stops Timer::Send after anything that may have changed what it waits for.
// `progress`: new data was acknowledged, or what the timer waited for just happened.
void set_send_timer(Step&, Connection&, bool progress);
void on_send_timer(Step&, Connection&);

// Data or an acknowledgment came, new or not: the keep-alive idle time starts again (3.8.4,
// MUST-26).
void heard(Step&, Connection&);
void start_keep_alive(Step&, Connection&);

void enter_time_wait(Step&, Connection&);

}  // namespace harness::engine
