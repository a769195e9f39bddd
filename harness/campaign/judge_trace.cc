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
namespace {

// A record of the wire alone: most of what a TCP may do follows from what its application asked.
class OnlyWire final : public oracle::Checker {
 public:
  std::string_view name() const override { return "calls"; }
  std::vector<oracle::Finding> check(const event::Trace&) const override {
    return {{.checker = std::string{name()},
             .verdict = oracle::Verdict::Inconclusive,
             .expected = "the calls of the target's application",
             .actual = "a capture, which shows none",
             .text =
                 "a capture shows no calls of the application, and what a TCP may do depends on "
                 "them: judged is but the form of the target's segments"}};
  }
};

}  // namespace

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
  if (event::calls_unknown(start)) {
    const OnlyWire only_wire;
    const oracle::Checker* checkers[] = {&form, &clocks, &only_wire};
    return oracle::judge(trace, checkers);
  }
  const oracle::Integrity integrity;
  const bool to_the_end = start.get(kUntil) == kQuiet;
  // Nor does anybody promise the application of a random conversation what it waits for.
  const bool random = start.get("scenario").starts_with("swarm/");
  const oracle::Liveness liveness{virtual_time, to_the_end || random};
  const oracle::Ending ending;
  const oracle::Rfc rfc{{.about = rules, .strict = strict}, oracle::assumptions(trace)};
  const oracle::Checker* checkers[] = {&expectations, &form, &clocks, &integrity,
                                       &liveness,     &rfc,  &ending};
  return oracle::judge(trace, std::span{checkers}.first(to_the_end ? 7 : 6));
}

}  // namespace harness::campaign
