#pragma once

#include <cerrno>
#include <string>
#include <system_error>

namespace harness::base {

// The operating system refused. `attempted` says what was being done: "open /dev/net/tun".
// Thrown where it happens; only cli and bindings catch.
class SystemError : public std::system_error {
 public:
  explicit SystemError(const std::string& attempted, int error = errno)
      : std::system_error(error, std::generic_category(), attempted) {}
};

}  // namespace harness::base
