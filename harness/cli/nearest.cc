#include "harness/cli/nearest.h"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <vector>

#include "harness/base/spelling.h"

namespace harness::cli {

std::optional<std::string> nearest(std::string_view written, std::span<const std::string> names) {
  const std::vector<std::string_view> known{names.begin(), names.end()};
  const auto found = base::nearest(written, known);
  return found.empty() ? std::nullopt : std::optional{std::string{found}};
}

std::string did_you_mean(std::string_view written, std::span<const std::string> names) {
  return base::did_you_mean(nearest(written, names).value_or(""));
}

std::string did_you_mean_or_all(std::string_view written, std::span<const std::string> names) {
  const auto meant = did_you_mean(written, names);
  return meant.empty() ? fmt::format("; there are: {}", fmt::join(names, ", ")) : meant;
}

}  // namespace harness::cli
