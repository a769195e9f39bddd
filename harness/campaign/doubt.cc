#include "harness/campaign/doubt.h"

#include <algorithm>
#include <chrono>
#include <thread>
#include <utility>

namespace harness::campaign {
namespace {

using oracle::Verdict;

constexpr char kChecker[] = "target";

}  // namespace

void lower_failures(std::span<oracle::Finding> findings) {
  for (auto& finding : findings) {
    if (finding.verdict == Verdict::Fail) finding.verdict = Verdict::Inconclusive;
  }
}

void add_doubt(std::optional<std::string> doubt, std::vector<oracle::Finding>& findings) {
  if (!doubt) return;
  lower_failures(findings);
  findings.push_back(
      {.checker = kChecker, .verdict = Verdict::Inconclusive, .text = std::move(*doubt)});
}

void add_doubt(std::optional<std::string> doubt, oracle::Judgement& judgement) {
  if (!doubt) return;
  add_doubt(std::move(doubt), judgement.findings);
  judgement.verdict = oracle::worst(judgement.findings);
}

bool doubted(std::span<const oracle::Finding> findings) {
  return std::ranges::any_of(findings, [](const auto& f) { return f.checker == kChecker; });
}

void pause_behind(int tries) {
  using namespace std::chrono_literals;
  std::this_thread::sleep_for(tries == 1 ? 100ms : 500ms);
}

}  // namespace harness::campaign
