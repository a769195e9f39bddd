#include "harness/base/spelling.h"

#include <fmt/format.h>

#include <algorithm>
#include <array>

namespace harness::base {
namespace {

constexpr std::size_t kLongest = 64;

char lower(char c) { return c >= 'A' && c <= 'Z' ? static_cast<char>(c - 'A' + 'a') : c; }
bool same(char a, char b) { return lower(a) == lower(b); }

// How many letters to insert, remove, replace or swap with their neighbour. Pre: both at most
// kLongest long.
std::size_t edits(std::string_view a, std::string_view b) {
  // Row i of the table of all prefixes, and the two rows before it.
  std::array<std::size_t, kLongest + 1> row{}, last{}, before{};
  for (std::size_t j = 0; j <= b.size(); ++j) row[j] = j;
  for (std::size_t i = 1; i <= a.size(); ++i) {
    before = last;
    last = row;
    row[0] = i;
    for (std::size_t j = 1; j <= b.size(); ++j) {
      const std::size_t replaced = last[j - 1] + (same(a[i - 1], b[j - 1]) ? 0 : 1);
      row[j] = std::min({last[j] + 1, row[j - 1] + 1, replaced});
      if (i > 1 && j > 1 && same(a[i - 1], b[j - 2]) && same(a[i - 2], b[j - 1])) {
        row[j] = std::min(row[j], before[j - 2] + 1);
      }
    }
  }
  return row[b.size()];
}

}  // namespace

std::string_view nearest(std::string_view word, std::span<const std::string_view> known) {
  if (word.empty() || word.size() > kLongest) return {};
  std::string_view best;
  std::size_t fewest = std::max<std::size_t>(word.size() / 3, 1) + 1;
  for (const auto candidate : known) {
    if (candidate.size() > kLongest) continue;
    // Of two that are as near the one that begins alike: FYN is FIN, not SYN.
    const auto n = edits(word, candidate);
    const bool begins_alike = !candidate.empty() && same(candidate[0], word[0]);
    const bool best_does = !best.empty() && same(best[0], word[0]);
    if (n < fewest || (n == fewest && begins_alike && !best.empty() && !best_does)) {
      best = candidate;
      fewest = n;
    }
  }
  return best;
}

std::string did_you_mean(std::string_view suggestion) {
  return suggestion.empty() ? "" : fmt::format("; did you mean `{}`?", suggestion);
}

}  // namespace harness::base
