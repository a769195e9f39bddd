#include "harness/cli/formats.h"

#include "reports/json.h"
#include "reports/junit.h"
#include "reports/tap.h"
#include "reports/text.h"

namespace harness::cli {

std::span<const Format> formats() {
  static constexpr Format kAll[] = {
      {"text", "report.txt", reports::to_text},
      {"json", "report.json", reports::to_json},
      {"junit", "junit.xml", reports::to_junit},
      {"tap", "report.tap", reports::to_tap},
      {"pcapng", "", nullptr},  // One capture for each run: Store writes them.
  };
  return kAll;
}

std::vector<std::string> format_names() {
  std::vector<std::string> names;
  for (const Format& format : formats()) names.emplace_back(format.name);
  return names;
}

}  // namespace harness::cli
