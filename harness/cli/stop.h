#pragma once

#include <chrono>
#include <csignal>

namespace harness::cli {

// The user's wish to end, by Ctrl-C or SIGTERM. The first asks: the flag is set and all goes on to
// an orderly end. The second kills.
const volatile std::sig_atomic_t* catch_stop();

// The same wish after so long, by itself; time_is_over() tells it from the user's.
void stop_after(std::chrono::milliseconds);
bool time_is_over();

// For a worker: only its parent asks it, with SIGTERM. Ctrl-C reaches every process of the
// terminal, and is the parent's to hear.
const volatile std::sig_atomic_t* catch_stop_as_worker();

}  // namespace harness::cli
