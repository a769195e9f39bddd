#pragma once

#include <cstddef>

namespace harness::oracle {

// As much is made at once: a vector that grows by ones is moved each time.
inline constexpr std::size_t kRoom = 8;

}  // namespace harness::oracle
