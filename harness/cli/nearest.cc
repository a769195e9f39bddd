#include "harness/cli/nearest.h"

#include <fmt/format.h>

#include <algorithm>
#include <cctype>
#include <numeric>
#include <vector>

namespace harness::cli {
namespace {

bool same(char a, char b) {
  return std::tolower(static_cast<unsigned char>(a)) == std::tolower(static_cast<unsigned char>(b));
}

}  // namespace

std::size_t distance(std::string_view a, std::string_view b) {
  // Row i of the table of all prefixes, and the two rows before it.
  std::vector<std::size_t> before(b.size() + 1), last(b.size() + 1), row(b.size() + 1);
  std::iota(last.begin(), last.end(), std::size_t{0});
  for (std::size_t i = 1; i <= a.size(); ++i) {
    row[0] = i;
    for (std::size_t j = 1; j <= b.size(); ++j) {
      const std::size_t change = last[j - 1] + (same(a[i - 1], b[j - 1]) ? 0 : 1);
      row[j] = std::min({change, last[j] + 1, row[j - 1] + 1});
      if (i > 1 && j > 1 && same(a[i - 1], b[j - 2]) && same(a[i - 2], b[j - 1])) {
        row[j] = std::min(row[j], before[j - 2] + 1);
      }
    }
    before.swap(last);
    last.swap(row);
  }
  return last[b.size()];
}

std::optional<std::string> nearest(std::string_view written, std::span<const std::string> names) {
  constexpr std::size_t kLongest = 200;  // Nobody meant that.
  if (written.size() > kLongest) return std::nullopt;
  std::optional<std::string> found;
  std::size_t best = std::max<std::size_t>(1, written.size() / 3) + 1;
  for (const auto& name : names) {
    if (const auto d = distance(written, name); d < best) {
      best = d;
      found = name;
    }
  }
  return found;
}

std::string did_you_mean(std::string_view written, std::span<const std::string> names) {
  const auto meant = nearest(written, names);
  return meant ? fmt::format("; did you mean `{}`?", *meant) : "";
}

}  // namespace harness::cli
