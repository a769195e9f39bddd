#include "reports/rows.h"

#include <fmt/format.h>

#include <algorithm>
#include <utility>

#include "harness/clock/print.h"
#include "reports/wrap.h"

namespace reports {
namespace {

constexpr std::size_t kAtFirst = 150, kAtLast = 100, kAround = 4;

std::vector<bool> shown(std::span<const Row> rows) {
  std::vector<bool> shown(rows.size(), rows.size() <= kAtFirst + kAtLast);
  for (std::size_t i = 0; i < rows.size(); ++i) {
    if (i < kAtFirst || i + kAtLast >= rows.size()) shown[i] = true;
    if (rows[i].marks.empty()) continue;
    const auto first = i < kAround ? 0 : i - kAround;
    for (std::size_t j = first; j < std::min(rows.size(), i + kAround); ++j) shown[j] = true;
  }
  return shown;
}

}  // namespace

// Microseconds: a kernel's nanoseconds tell a reader nothing.
std::string time_of(harness::clock::Instant at) {
  if (at == harness::clock::kNever) return "";
  const auto us = std::chrono::duration_cast<std::chrono::microseconds>(at.time_since_epoch());
  return harness::clock::seconds(us);
}

std::string rung(std::string_view link, std::string_view calls) {
  std::string line = fmt::format("|{}|", link);
  if (!calls.empty()) line += fmt::format(" {}", calls);
  return line;
}

std::string print_rows(std::span<const Row> rows, std::string_view target) {
  std::string text =
      fmt::format("{:>{}}  {}{}\n", "time", kTimeColumns - 2, padded("peer", kLinkColumns - 4),
                  target.empty() ? "target [state, by the model]"
                                 : fmt::format("target ({}) [state, by the model]", target));
  const auto line = [&](std::string_view time, std::string_view rest) {
    text += fmt::format("{:>{}} {}\n", time, kTimeColumns - 1, rest);
  };
  const auto is_shown = shown(rows);
  std::string last;
  std::size_t left_out = 0;
  for (std::size_t i = 0; i < rows.size(); ++i) {
    if (!is_shown[i]) {
      ++left_out;
      continue;
    }
    if (left_out > 0) {
      line("", fmt::format("... {} lines are left out here ...", std::exchange(left_out, 0)));
      last.clear();
    }
    const auto now = time_of(rows[i].at);
    auto time = now == last ? "" : now;
    for (const auto& part : rows[i].lines) line(std::exchange(time, ""), part);
    for (const auto& part : rows[i].marks) line(std::exchange(time, ""), part);
    last = now;
  }
  return text;
}

}  // namespace reports
