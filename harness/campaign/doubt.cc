#include "harness/campaign/doubt.h"

#include <algorithm>
#include <utility>

namespace harness::campaign {
namespace {

constexpr char kChecker[] = "target";

}  // namespace

void add_doubt(target::Target& target, oracle::Judgement& judgement) {
  auto doubt = target.doubt();
  if (!doubt) return;
  for (auto& finding : judgement.findings) {
    finding.verdict = std::min(finding.verdict, oracle::Verdict::Inconclusive);
  }
  judgement.findings.push_back(
      {.checker = kChecker, .verdict = oracle::Verdict::Inconclusive, .text = std::move(*doubt)});
  judgement.verdict = oracle::worst(judgement.findings);
}

bool doubted(std::span<const oracle::Finding> findings) {
  return std::ranges::any_of(findings, [](const auto& f) { return f.checker == kChecker; });
}

}  // namespace harness::campaign
