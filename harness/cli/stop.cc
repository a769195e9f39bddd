#include "harness/cli/stop.h"

#include <sys/time.h>

#include "harness/base/system_error.h"

namespace harness::cli {
namespace {

volatile std::sig_atomic_t stop_asked = 0, over = 0;

void ask(int) { stop_asked = 1; }

void end(int) {
  // Who asked before that wanted something else.
  if (stop_asked == 0) over = 1;
  stop_asked = 1;
}

void handle(int signal, void (*handler)(int), int flags) {
  struct sigaction action{};
  action.sa_handler = handler;
  action.sa_flags = flags;  // No SA_RESTART: what waits is to return.
  sigemptyset(&action.sa_mask);
  if (sigaction(signal, &action, nullptr) != 0) throw base::SystemError{"catch a signal"};
}

}  // namespace

const volatile std::sig_atomic_t* catch_stop() {
  // SA_RESETHAND: the second finds the default, which ends the process at once.
  handle(SIGINT, ask, static_cast<int>(SA_RESETHAND));
  handle(SIGTERM, ask, static_cast<int>(SA_RESETHAND));
  handle(SIGPIPE, SIG_IGN, 0);  // A reader that left is an error of the write.
  return &stop_asked;
}

void stop_after(std::chrono::milliseconds time) {
  handle(SIGALRM, end, 0);
  const auto ms = time.count();
  const itimerval timer{.it_interval = {},
                        .it_value = {.tv_sec = ms / 1000, .tv_usec = ms % 1000 * 1000}};
  if (::setitimer(ITIMER_REAL, &timer, nullptr) != 0) throw base::SystemError{"set a timer"};
}

bool time_is_over() { return over != 0; }

const volatile std::sig_atomic_t* catch_stop_as_worker() {
  handle(SIGINT, SIG_IGN, 0);
  handle(SIGTERM, ask, 0);
  handle(SIGPIPE, SIG_DFL, 0);
  return &stop_asked;
}

}  // namespace harness::cli
