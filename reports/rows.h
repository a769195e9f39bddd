#pragma once

#include <cstddef>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "harness/clock/instant.h"

namespace reports {

// The columns of a ladder: time, the link between its two bars, calls. 109 in all.
inline constexpr std::size_t kTimeColumns = 11, kLinkColumns = 62, kCallColumns = 34,
                             kBehindTime = kLinkColumns + kCallColumns + 3;

// What one record looks like.
struct Row {
  harness::clock::Instant at{};      // kNever: it has no time.
  std::vector<std::string> lines{};  // Behind the time.
  std::vector<std::string> marks{};  // Under them, from the left bar on.
};

// Seconds to the microsecond, a time of the ladder; of kNever nothing.
std::string time_of(harness::clock::Instant);

// "|   what is on the link   | calls". Pre: `link` has kLinkColumns.
std::string rung(std::string_view link, std::string_view calls = {});

// A head line and the rows, a time once where several share it. Of very many the middle is left
// out, but for what stands around marks. `target`: its name, or nothing.
std::string print_rows(std::span<const Row>, std::string_view target);

}  // namespace reports
