#include "harness/target/netns/priority.h"

#include <gtest/gtest.h>
#include <sys/wait.h>
#include <unistd.h>

namespace harness::target::netns {
namespace {

TEST(Priority, EndsWithItselfAndIsNotInherited) {
  const int before = ::sched_getscheduler(0);
  {
    Priority priority;
    const auto child = ::fork();
    ASSERT_GE(child, 0);
    if (child == 0) ::_exit(::sched_getscheduler(0) == SCHED_OTHER ? 0 : 1);
    int status = 1;
    ASSERT_EQ(::waitpid(child, &status, 0), child);
    EXPECT_EQ(status, 0);
  }
  EXPECT_EQ(::sched_getscheduler(0), before);
}

}  // namespace
}  // namespace harness::target::netns
