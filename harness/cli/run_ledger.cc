#include "harness/cli/run_ledger.h"

#include <fmt/format.h>

#include <algorithm>
#include <string_view>

#include "harness/cli/read_file.h"
#include "reports/json.h"

namespace harness::cli {
namespace {

using oracle::Verdict;

bool was_judged(Verdict verdict) {
  return verdict != Verdict::NotApplicable && verdict != Verdict::HarnessError &&
         verdict != Verdict::Inconclusive;
}

// A known deviation is a violation all the same.
bool violates(const reports::Result& result, const std::string& requirement) {
  return std::ranges::any_of(result.findings, [&](const oracle::Finding& finding) {
    const bool wrong = finding.verdict == Verdict::Fail || finding.verdict == Verdict::Known;
    return wrong &&
           std::ranges::find(finding.requirements, requirement) != finding.requirements.end();
  });
}

Share& share(RunLedger& ledger, const std::string& requirement, const std::string& scenario) {
  auto& shares = ledger.shares[requirement];
  const auto found = std::ranges::find(shares, scenario, &Share::scenario);
  if (found != shares.end()) return *found;
  shares.push_back({.scenario = scenario, .tally = {.requirement = requirement}});
  return shares.back();
}

void count(RunLedger& ledger, const reports::Result& result) {
  ++ledger.results;
  for (const auto& run : result.ledger) {
    oracle::Tally& sum = share(ledger, run.requirement, result.scenario).tally;
    sum.exercised += run.exercised;
    sum.held += run.held;
    sum.violated += run.violated;
    sum.open += run.open;
  }
  if (!was_judged(result.verdict)) return;
  for (const auto& requirement : result.rules) {
    Share& one = share(ledger, requirement, result.scenario);
    one.named = true;
    ++one.runs;
    if (!violates(result, requirement)) ++one.kept;
  }
}

}  // namespace

std::expected<RunLedger, std::string> read_run_ledger(const std::filesystem::path& folder) {
  const auto file = folder / "results.jsonl";
  const auto text = read_file(file);
  RunLedger ledger;
  std::string_view rest = text;
  for (std::uint32_t number = 1; !rest.empty(); ++number) {
    const auto line = rest.substr(0, rest.find('\n'));
    rest.remove_prefix(std::min(line.size() + 1, rest.size()));
    if (line.empty()) continue;
    const auto result = reports::from_json(line);
    if (!result) {
      return std::unexpected(fmt::format("{}:{}: {}", file.string(), number, result.error()));
    }
    count(ledger, *result);
  }
  return ledger;
}

}  // namespace harness::cli
