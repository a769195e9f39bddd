#pragma once

#include <optional>
#include <string>

namespace harness::cli {

// The target as --target and --engine-profile together name it: "engine:profile=minimal".
std::string with_profile(const std::string& target, const std::optional<std::string>& profile);

}  // namespace harness::cli
