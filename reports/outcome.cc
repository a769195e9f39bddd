#include "reports/outcome.h"

#include <fmt/format.h>

#include <algorithm>

#include "reports/wrap.h"

namespace reports {

namespace {

CaseName name_of(std::string_view scenario, std::string_view ip, std::uint32_t repetition) {
  const auto slash = scenario.rfind('/');
  CaseName name;
  if (slash != scenario.npos) name.topic = plain(scenario.substr(0, slash));
  name.name = plain(slash == scenario.npos ? scenario : scenario.substr(slash + 1));
  if (!ip.empty() && ip != "v4") name.name += fmt::format(" ({})", ip);
  if (repetition > 0) name.name += fmt::format(" #{}", repetition + 1);
  return name;
}

}  // namespace

CaseName case_name(const Result& result) {
  return name_of(result.scenario, result.ip, result.repetition);
}

CaseName case_name(const NotRun& skipped, std::uint32_t n, std::span<const Result> done) {
  const auto before = std::ranges::count(done, skipped.scenario, &Result::scenario);
  return name_of(skipped.scenario, {}, n + static_cast<std::uint32_t>(before));
}

std::string message(const Result& result) {
  if (!result.reason.empty()) return plain(result.reason);
  const auto found =
      std::ranges::find(result.findings, result.verdict, &harness::oracle::Finding::verdict);
  return found == result.findings.end() ? std::string{} : plain(found->text);
}

}  // namespace reports
