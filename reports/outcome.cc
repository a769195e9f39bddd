#include "reports/outcome.h"

#include <fmt/format.h>

#include <algorithm>

#include "reports/wrap.h"

namespace reports {

CaseName case_name(std::string_view scenario, std::uint32_t repetition) {
  const auto slash = scenario.rfind('/');
  CaseName name;
  if (slash != scenario.npos) name.topic = plain(scenario.substr(0, slash));
  name.name = plain(slash == scenario.npos ? scenario : scenario.substr(slash + 1));
  if (repetition > 0) name.name += fmt::format(" #{}", repetition + 1);
  return name;
}

CaseName case_name(const Result& result) { return case_name(result.scenario, result.repetition); }

std::string message(const Result& result) {
  if (!result.reason.empty()) return plain(result.reason);
  const auto found =
      std::ranges::find(result.findings, result.verdict, &harness::oracle::Finding::verdict);
  return found == result.findings.end() ? std::string{} : plain(found->text);
}

}  // namespace reports
