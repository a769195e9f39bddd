#pragma once

#include <optional>
#include <span>
#include <string>
#include <string_view>

namespace harness::cli {

// How many letters have to be changed, left out, put in or swapped with their neighbour. Letter
// case does not count.
std::size_t distance(std::string_view, std::string_view);

// The name that was most likely meant; nothing when none is close. Of equals the first.
std::optional<std::string> nearest(std::string_view written, std::span<const std::string> names);

// "; did you mean `--seed`?", or nothing.
std::string did_you_mean(std::string_view written, std::span<const std::string> names);

}  // namespace harness::cli
