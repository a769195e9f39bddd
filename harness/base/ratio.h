#pragma once

#include <cstdint>

namespace harness::base {

// A share, kept as it was written: 1 in 20 is {1, 20}. Exact, and prints as it was given.
struct Ratio {
  std::uint32_t parts = 0, of = 1;

  friend constexpr bool operator==(Ratio, Ratio) = default;
};

}  // namespace harness::base
