#include "harness/cli/table.h"

#include <algorithm>

#include "harness/base/check.h"
#include "reports/wrap.h"

namespace harness::cli {

std::string table(const std::vector<std::vector<std::string>>& lines) {
  std::vector<std::size_t> widths;
  for (const auto& line : lines) {
    if (widths.empty()) widths.resize(line.size());
    CHECK(line.size() == widths.size());
    for (std::size_t i = 0; i < line.size(); ++i) {
      widths[i] = std::max(widths[i], reports::columns(line[i]));
    }
  }
  std::string text;
  for (const auto& line : lines) {
    for (std::size_t i = 0; i + 1 < line.size(); ++i) {
      text += reports::padded(line[i], widths[i]) + "  ";
    }
    if (!line.empty()) text += line.back();
    text += '\n';
  }
  return text;
}

}  // namespace harness::cli
