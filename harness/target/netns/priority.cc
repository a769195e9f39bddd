#include "harness/target/netns/priority.h"

namespace harness::target::netns {

// Without the right to it nothing is lost but punctuality, and that is measured.
Priority::Priority() : policy_(::sched_getscheduler(0)) {
  const int kind = policy_ & ~SCHED_RESET_ON_FORK;
  const bool ordinary = kind == SCHED_OTHER || kind == SCHED_BATCH;
  if (!ordinary || ::sched_getparam(0, &parameters_) != 0) return;
  sched_param lowest{};
  lowest.sched_priority = ::sched_get_priority_min(SCHED_RR);
  raised_ = ::sched_setscheduler(0, SCHED_RR | SCHED_RESET_ON_FORK, &lowest) == 0;
}

Priority::~Priority() {
  if (!raised_ || ::sched_setscheduler(0, policy_, &parameters_) == 0) return;
  // sched(7): an ordinary user may not take the flag off again.
  ::sched_setscheduler(0, policy_ | SCHED_RESET_ON_FORK, &parameters_);
}

}  // namespace harness::target::netns
