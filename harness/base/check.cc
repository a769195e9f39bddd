#include "harness/base/check.h"

#include <fmt/core.h>

#include <cstdio>
#include <cstdlib>

namespace harness::base {

void check_failed(const char* condition, std::source_location where) {
  fmt::print(stderr, "{}:{}: {} does not hold. This is an error in lastack itself.\n",
             where.file_name(), where.line(), condition);
  std::abort();
}

}  // namespace harness::base
