#pragma once

#include <unistd.h>

#include <cerrno>
#include <cstddef>
#include <string_view>

namespace harness::base {

// Octets to a descriptor that blocks, whole: 0, or the error number. Signals do not cut it short.
inline int write_all(int fd, std::string_view octets) {
  while (!octets.empty()) {
    const auto n = ::write(fd, octets.data(), octets.size());
    if (n < 0 && errno == EINTR) continue;
    if (n < 0) return errno;
    octets.remove_prefix(static_cast<std::size_t>(n));
  }
  return 0;
}

}  // namespace harness::base
