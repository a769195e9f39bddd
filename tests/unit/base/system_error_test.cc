#include "harness/base/system_error.h"

#include <gtest/gtest.h>

#include <cerrno>
#include <string>

namespace harness::base {
namespace {

TEST(SystemError, ItSaysWhatWasAttemptedAndWhyItFailed) {
  const SystemError error{"open /dev/net/tun", ENOENT};
  EXPECT_EQ(error.code().value(), ENOENT);
  EXPECT_EQ(std::string{error.what()}, "open /dev/net/tun: No such file or directory");
}

TEST(SystemError, ItTakesTheErrorOfTheMoment) {
  errno = EPERM;
  EXPECT_EQ(SystemError{"unshare"}.code().value(), EPERM);
}

}  // namespace
}  // namespace harness::base
