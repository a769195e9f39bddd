#include "harness/oracle/checker.h"

#include <exception>
#include <string>
#include <utility>

namespace harness::oracle {
namespace {

Finding error_of(const Checker& checker, const std::string& what) {
  return {.checker = std::string(checker.name()),
          .verdict = Verdict::HarnessError,
          .expected = "a judgement",
          .actual = what,
          .text = "the checker itself failed: " + what};
}

std::vector<Finding> ask(const Checker& checker, const event::Trace& trace, Ledger& ledger) {
  try {
    return checker.check_and_count(trace, ledger);
  } catch (const std::exception& error) {
    return {error_of(checker, error.what())};
  } catch (...) {
    return {error_of(checker, "an exception of no known kind")};
  }
}

}  // namespace

Judgement judge(const event::Trace& trace, std::span<const Checker* const> checkers) {
  Judgement judgement;
  for (const Checker* checker : checkers) {
    for (Finding& finding : ask(*checker, trace, judgement.ledger)) {
      judgement.findings.push_back(std::move(finding));
    }
  }
  judgement.verdict = worst(judgement.findings);
  return judgement;
}

}  // namespace harness::oracle
