#pragma once

#include <cstdint>

// Linux's numbers, as calls carry them.
namespace harness::model {

inline constexpr std::int64_t kSocketLevel = 1;
inline constexpr std::int64_t kOutOfBand = 0x1;

}  // namespace harness::model
