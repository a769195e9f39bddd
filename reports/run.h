#pragma once

#include <array>
#include <cstdint>
#include <string>
#include <vector>

#include "reports/result.h"

namespace reports {

// A scenario that was selected and not run.
struct NotRun {
  std::string scenario;
  std::string reason;      // "slow: 2MSL is a minute", "interrupted".
  std::uint32_t runs = 1;  // With --repeat: how many of them.
};

// One call of lastack run: what was run, how, and what came of it, in the order of the scenarios.
struct Run {
  std::string tool;  // Its version.
  std::string target, version;
  std::string ip;
  std::uint64_t seed = 0;
  std::uint32_t repeat = 1;
  bool strict = false;
  bool interrupted = false;
  std::vector<Result> results{};
  std::vector<NotRun> not_run{};
};

struct Counts {
  std::array<std::uint32_t, harness::oracle::kVerdicts> verdicts{};
  std::uint32_t not_run = 0;

  std::uint32_t of(harness::oracle::Verdict verdict) const {
    return verdicts[static_cast<std::size_t>(verdict)];
  }
  void add(harness::oracle::Verdict verdict) { ++verdicts[static_cast<std::size_t>(verdict)]; }
};
Counts count(const Run&);

// 4 if interrupted or any HarnessError; else 1 if any Fail; else 3 if any Inconclusive; else 0.
// A listed deviation that is stale is a Fail.
int exit_status(const Run&);

}  // namespace reports
