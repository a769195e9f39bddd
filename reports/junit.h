#pragma once

#include <string>

#include "reports/run.h"

namespace reports {

// junit.xml, as CI systems read it: one <testsuite> for each topic, one <testcase> for each run of
// a scenario. Fail is <failure>, HarnessError <error>; Inconclusive, Known, NotApplicable and what
// was not run are <skipped>, with the verdict as its type; NonStrict passes, with a property that
// says what was not followed. `time` is the target's own, in seconds.
std::string to_junit(const Run&);

}  // namespace reports
