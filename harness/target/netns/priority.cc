#include "harness/target/netns/priority.h"

#include <sys/syscall.h>
#include <unistd.h>

#include <cstdint>

namespace harness::target::netns {
namespace {

// As sched_setattr(2) has it; the kernel's header for it and libc's for the rest exclude each
// other.
struct Attributes {
  std::uint32_t size, policy;
  std::uint64_t flags;
  std::int32_t nice;
  std::uint32_t priority;
  std::uint64_t runtime, deadline, period;
};

// Since Linux 6.12 anybody may ask for short turns, and whoever has them is let in earlier when it
// wakes up. 0: as long as usual. False where nobody can ask.
bool take_turns_of(std::uint64_t nanoseconds) {
  Attributes attributes{};
  if (::syscall(SYS_sched_getattr, 0, &attributes, sizeof attributes, 0) != 0) return false;
  attributes.runtime = nanoseconds;
  return ::syscall(SYS_sched_setattr, 0, &attributes, 0) == 0;
}

constexpr std::uint64_t kShortest = 100'000;

}  // namespace

// Without the right to it nothing is lost but punctuality, and that is measured.
Priority::Priority() : policy_(::sched_getscheduler(0)) {
  const int kind = policy_ & ~SCHED_RESET_ON_FORK;
  const bool ordinary = kind == SCHED_OTHER || kind == SCHED_BATCH;
  if (!ordinary || ::sched_getparam(0, &parameters_) != 0) return;
  sched_param lowest{};
  lowest.sched_priority = ::sched_get_priority_min(SCHED_RR);
  raised_ = ::sched_setscheduler(0, SCHED_RR | SCHED_RESET_ON_FORK, &lowest) == 0;
  if (!raised_) short_turns_ = take_turns_of(kShortest);
}

Priority::~Priority() {
  if (short_turns_) take_turns_of(0);
  if (!raised_ || ::sched_setscheduler(0, policy_, &parameters_) == 0) return;
  // sched(7): an ordinary user may not take the flag off again.
  ::sched_setscheduler(0, policy_ | SCHED_RESET_ON_FORK, &parameters_);
}

}  // namespace harness::target::netns
