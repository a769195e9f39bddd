#pragma once

namespace harness::cli {

// What the program's exit status says.
inline constexpr int kSuccess = 0, kFail = 1, kUsage = 2, kInconclusive = 3, kError = 4;

}  // namespace harness::cli
