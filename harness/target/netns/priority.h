#pragma once

#include <sched.h>

namespace harness::target::netns {

// While this lives, the process is scheduled before all ordinary ones, where it may be: a script's
// times are kept on a busy machine too. It sleeps between its times, so nobody waits long for it.
// What it starts is ordinary again. An ordinary user gets short turns instead, where the kernel has
// them: nearly as good.
class Priority {
 public:
  Priority();
  ~Priority();
  Priority(const Priority&) = delete;
  Priority& operator=(const Priority&) = delete;

 private:
  int policy_ = SCHED_OTHER;
  sched_param parameters_{};
  bool raised_ = false, short_turns_ = false;
};

}  // namespace harness::target::netns
