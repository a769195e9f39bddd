#include "harness/oracle/finding.h"

#include <algorithm>
#include <array>

#include "harness/base/check.h"

namespace harness::oracle {
namespace {

constexpr std::array<std::string_view, kVerdicts> kNames = {
    "pass", "non-strict", "inconclusive", "known", "fail", "harness-error", "not-applicable"};

}  // namespace

std::string_view name(Verdict verdict) { return kNames[static_cast<std::size_t>(verdict)]; }

std::optional<Verdict> verdict_named(std::string_view text) {
  const auto found = std::ranges::find(kNames, text);
  if (found == kNames.end()) return std::nullopt;
  return static_cast<Verdict>(found - kNames.begin());
}

Verdict worse(Verdict a, Verdict b) {
  CHECK(a != Verdict::NotApplicable && b != Verdict::NotApplicable);
  return std::max(a, b);
}

Verdict worst(std::span<const Finding> findings) {
  Verdict verdict = Verdict::Pass;
  for (const Finding& finding : findings) verdict = worse(verdict, finding.verdict);
  return verdict;
}

}  // namespace harness::oracle
