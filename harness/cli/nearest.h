#pragma once

#include <optional>
#include <span>
#include <string>
#include <string_view>

namespace harness::cli {

// The name that was most likely meant; nothing when none is close.
std::optional<std::string> nearest(std::string_view written, std::span<const std::string> names);

// "; did you mean `--seed`?", or nothing.
std::string did_you_mean(std::string_view written, std::span<const std::string> names);

// The same, or where nothing is close all that there is: "; there are: rfc, linux-like".
std::string did_you_mean_or_all(std::string_view written, std::span<const std::string> names);

}  // namespace harness::cli
