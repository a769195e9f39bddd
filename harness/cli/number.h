#pragma once

#include <cstdint>
#include <expected>
#include <string>
#include <string_view>

namespace harness::cli {

inline constexpr std::uint64_t kMostJobs = 256;  // Of --jobs.

// A whole number within bounds, decimal or 0x..., and nothing else. The error is a sentence that
// begins with `what`: "--jobs wants a number from 1 to 256, found `many`".
std::expected<std::uint64_t, std::string> parse_number(std::string_view what, std::string_view text,
                                                       std::uint64_t least, std::uint64_t most);

}  // namespace harness::cli
