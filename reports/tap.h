#pragma once

#include <string>

#include "reports/run.h"

namespace reports {

// report.tap: the Test Anything Protocol, version 14. Fail and HarnessError are `not ok`; Known is
// `not ok # TODO`, which fails nothing; Inconclusive, NotApplicable and what was not run are
// `ok # SKIP` with the reason. What went wrong follows as a YAML block; an interrupted run ends in
// `Bail out!`.
std::string to_tap(const Run&);

}  // namespace reports
