#pragma once

#include <optional>
#include <string>

namespace harness::cli {

// The target as --target and --engine-profile together name it: "engine:profile=minimal".
std::string with_profile(const std::string& target, const std::optional<std::string>& profile);

// Why this is no profile that the model may assume.
std::string no_profile(const std::string& name);

}  // namespace harness::cli
