#include "harness/campaign/shape.h"

#include <fmt/format.h>
#include <fmt/ranges.h>

namespace harness::campaign {

std::string without_numbers(std::string_view text) {
  std::string out;
  for (const char c : text) {
    const bool digit = c >= '0' && c <= '9';
    if (digit && !out.empty() && out.back() == '#') continue;
    out += digit ? '#' : c == '\n' || c == '\t' ? ' ' : c;
  }
  return out;
}

std::string shape_of(const oracle::Finding& found) {
  return fmt::format(
      "{} {}: {}", found.checker, fmt::join(found.requirements, ","),
      without_numbers(fmt::format("expected {}, found {}", found.expected, found.actual)));
}

}  // namespace harness::campaign
