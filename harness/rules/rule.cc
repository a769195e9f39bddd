#include "harness/rules/rule.h"

#include <algorithm>
#include <array>
#include <cstddef>

#include "harness/rules/by_id.h"
#include "harness/rules/catalogue.h"

namespace harness::rules {
namespace {

constexpr std::size_t kIdMax = 64;

constexpr char lower(char c) { return c >= 'A' && c <= 'Z' ? static_cast<char>(c - 'A' + 'a') : c; }

// Levenshtein's distance, row by row. Both ids are at most kIdMax long.
std::size_t edits_between(std::string_view a, std::string_view b) {
  std::array<std::size_t, kIdMax + 1> row{};
  for (std::size_t j = 0; j <= b.size(); ++j) row[j] = j;
  for (std::size_t i = 1; i <= a.size(); ++i) {
    std::size_t diagonal = row[0];
    row[0] = i;
    for (std::size_t j = 1; j <= b.size(); ++j) {
      const std::size_t above = row[j];
      const std::size_t replaced = diagonal + (lower(a[i - 1]) == lower(b[j - 1]) ? 0 : 1);
      row[j] = std::min({above + 1, row[j - 1] + 1, replaced});
      diagonal = above;
    }
  }
  return row[b.size()];
}

std::size_t common_prefix(std::string_view a, std::string_view b) {
  std::size_t length = 0;
  while (length < a.size() && length < b.size() && lower(a[length]) == lower(b[length])) ++length;
  return length;
}

}  // namespace

const Rule* find_rule(std::string_view id) {
  return find_by_id(catalogue(), catalogue_order(), id);
}

const Rule* nearest_rule(std::string_view id) {
  if (id.size() > kIdMax) return nullptr;
  const Rule* nearest = nullptr;
  std::size_t fewest = std::max<std::size_t>(2, id.size() / 3) + 1;
  std::size_t longest = 0;
  for (const Rule& rule : catalogue()) {
    const std::size_t edits = edits_between(id, rule.id);
    // Among equals the one that begins alike: people mistype the end of a label.
    const std::size_t prefix = common_prefix(id, rule.id);
    if (edits < fewest || (nearest && edits == fewest && prefix > longest)) {
      nearest = &rule;
      fewest = edits;
      longest = prefix;
    }
  }
  return nearest;
}

std::string cite(const Rule& rule) {
  std::string text = "RFC ";
  text += rule.rfc;
  text += ", ";
  text += rule.section;
  return text;
}

std::string_view name(Level level) {
  switch (level) {
    case Level::Must:
      return "MUST";
    case Level::MustNot:
      return "MUST NOT";
    case Level::Should:
      return "SHOULD";
    case Level::ShouldNot:
      return "SHOULD NOT";
    case Level::Recommended:
      return "RECOMMENDED";
    case Level::May:
      return "MAY";
    case Level::Spec:
      return "spec";
    case Level::Info:
      return "info";
  }
  return "";
}

}  // namespace harness::rules
