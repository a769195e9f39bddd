#include "harness/campaign/judge_trace.h"

#include <algorithm>
#include <span>
#include <string>
#include <vector>

#include "harness/event/start.h"
#include "harness/oracle/clocks.h"
#include "harness/oracle/ending.h"
#include "harness/oracle/expectations.h"
#include "harness/oracle/form.h"
#include "harness/oracle/integrity.h"
#include "harness/oracle/liveness.h"
#include "harness/oracle/rfc.h"
#include "harness/target/target.h"

namespace harness::campaign {

oracle::Judgement judge_trace(const event::Trace& trace) {
  const auto start = event::start_of(trace);
  std::vector<std::string> rules;
  bool virtual_time = false;
  for (const auto& [key, value] : start.facts()) {
    if (key == "rule") rules.push_back(value);
    if (key == "can" && value == target::name(target::Capability::VirtualTime)) virtual_time = true;
  }
  const bool strict = start.get("strict") == "yes";
  const oracle::Expectations expectations{rules, strict};
  const oracle::Clocks clocks;
  const oracle::Form form;
  const oracle::Integrity integrity;
  const bool to_the_end = start.get(kUntil) == kQuiet;
  const oracle::Liveness liveness{virtual_time, to_the_end};
  const oracle::Ending ending;
  const oracle::Rfc rfc{{.about = rules, .strict = strict}, oracle::assumptions(trace)};
  const oracle::Checker* checkers[] = {&expectations, &form, &clocks, &integrity,
                                       &liveness,     &rfc,  &ending};
  return oracle::judge(trace, std::span{checkers}.first(to_the_end ? 7 : 6));
}

}  // namespace harness::campaign
