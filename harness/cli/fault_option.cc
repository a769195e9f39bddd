#include "harness/cli/fault_option.h"

#include <fmt/format.h>

#include <algorithm>

#include "harness/base/column.h"

namespace harness::cli {

std::expected<std::vector<link::Fault>, std::string> parse_faults(std::string_view text) {
  auto faults = link::parse_faults(text);
  if (faults) return faults.value();
  const auto& message = faults.error().message;
  const auto column = base::column_of(text, faults.error().column);
  auto sentence = fmt::format("--faults, column {}: {}", column, message);
  // A mark under what is shown in one line alone; wide letters are not counted.
  const bool plain = std::ranges::all_of(text, [](char c) { return c >= ' ' && c <= '~'; });
  if (plain && text.size() < 200) {
    sentence += fmt::format("\n  {}\n  {:>{}}", text, '^', column);
  }
  return std::unexpected(std::move(sentence));
}

}  // namespace harness::cli
