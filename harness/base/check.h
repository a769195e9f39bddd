#pragma once

#include <source_location>

namespace harness::base {

// Says on stderr what did not hold and where, and aborts: the program itself is wrong, and going
// on would only hide it. A fuzzer sees the abort as a finding.
[[noreturn]] void check_failed(const char* condition, std::source_location where);

}  // namespace harness::base

// What must hold unless we made a mistake. Release builds keep it.
#define CHECK(condition)                \
  (static_cast<bool>(condition)         \
       ? static_cast<void>(0)           \
       : ::harness::base::check_failed( \
             #condition, std::source_location::current()))  // NOLINT: a macro, for #condition.
