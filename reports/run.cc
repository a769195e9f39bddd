#include "reports/run.h"

namespace reports {

using harness::oracle::Verdict;

Counts count(const Run& run) {
  Counts counts;
  for (const Result& result : run.results) counts.add(result.verdict);
  for (const NotRun& skipped : run.not_run) counts.not_run += skipped.runs;
  return counts;
}

int exit_status(const Run& run) {
  const Counts counts = count(run);
  if (run.interrupted || counts.of(Verdict::HarnessError) > 0) return 4;
  if (counts.of(Verdict::Fail) > 0) return 1;
  if (counts.of(Verdict::Inconclusive) > 0) return 3;
  return 0;
}

}  // namespace reports
