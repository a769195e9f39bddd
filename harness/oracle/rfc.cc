#include "harness/oracle/rfc.h"

#include <fmt/format.h>

#include <algorithm>
#include <utility>

#include "harness/event/expectation.h"
#include "harness/event/start.h"
#include "harness/model/model.h"
#include "harness/model/profile.h"
#include "harness/rules/rule.h"

namespace harness::oracle {
namespace {

using model::Violation;

Finding undecided(const event::Trace& trace, std::uint32_t connections) {
  return {.checker = "rfc",
          .record = trace.size() - 1,
          .verdict = Verdict::Inconclusive,
          .expected = "conversations that the model can follow to their end",
          .actual = fmt::format("{} that went beyond it", connections),
          .text = fmt::format("{} connection{} went beyond what the model can tell", connections,
                              connections == 1 ? "" : "s")};
}

Finding open(const event::Trace& trace, const Tally& tally) {
  return {.checker = "rfc",
          .requirements = {tally.requirement},
          .record = trace.size() - 1,
          .verdict = Verdict::Inconclusive,
          .expected = "what is owed to be done before the run ends",
          .actual = "it is still owed",
          .text = fmt::format("{} is what this run is about, and what it asks for is still owed "
                              "at the end: watch longer",
                              tally.requirement)};
}

// It ended because something failed: that not all is done by then says nothing.
bool ended_early(const event::Trace& trace, const std::vector<Finding>& findings) {
  return std::ranges::any_of(findings,
                             [](const Finding& f) { return f.verdict == Verdict::Fail; }) ||
         std::ranges::any_of(trace.records(), [&](const event::Record& record) {
           return record.kind == event::Kind::Expectation &&
                  !event::holds(trace, event::expectation(trace, record));
         });
}

Ledger ledger_of(const model::Model& model) {
  Ledger ledger;
  const auto catalogue = rules::catalogue();
  for (std::size_t i = 0; i < catalogue.size(); ++i) {
    const Tally tally{.requirement = std::string{catalogue[i].id},
                      .exercised = model.exercised()[i],
                      .held = model.held()[i],
                      .violated = model.violated()[i],
                      .open = model.open()[i]};
    if (tally.exercised + tally.held + tally.violated + tally.open > 0) ledger.push_back(tally);
  }
  return ledger;
}

}  // namespace

model::Assumptions assumptions(const event::Trace& trace) {
  const auto* const asked = model::profile_named(event::start_of(trace).get("profile"));
  return asked != nullptr ? model::assumptions_of(trace, *asked) : model::assumptions_of(trace);
}

Finding finding_of(const event::Trace& trace, const Violation& violation, bool strict) {
  const bool should = violation.weight == Violation::Weight::NonStrict;
  Finding finding{.checker = "rfc",
                  .requirements = {std::string{violation.requirement}},
                  .record = violation.record,
                  .verdict = should && !strict ? Verdict::NonStrict : Verdict::Fail,
                  .expected = violation.expected,
                  .actual = violation.found};
  if (violation.cause < trace.size()) finding.cause = violation.cause;
  finding.legal = violation.nearest;
  finding.due = violation.due;
  finding.text = fmt::format("expected {}, got {}", violation.expected, violation.found);
  return finding;
}

std::vector<Finding> Rfc::check(const event::Trace& trace) const {
  Ledger ledger;
  return check_and_count(trace, ledger);
}

std::vector<Finding> Rfc::check_and_count(const event::Trace& trace, Ledger& ledger) const {
  if (trace.size() == 0) return {};
  model::Model model{assume_};
  for (std::uint32_t i = 0; i < trace.size(); ++i) model.step(trace, i);
  model.finish(trace);

  std::vector<Finding> findings;
  for (const Violation& violation : model.violations()) {
    findings.push_back(finding_of(trace, violation, options_.strict));
  }
  if (model.undecided() > 0) findings.push_back(undecided(trace, model.undecided()));
  const auto counted = ledger_of(model);
  const bool early = ended_early(trace, findings);
  for (const Tally& tally : counted) {
    const bool about = std::ranges::find(options_.about, tally.requirement) != options_.about.end();
    // What comes round for ever, a keep-alive say, is always owed; once it held it was seen.
    if (tally.open > 0 && tally.held == 0 && about && !early)
      findings.push_back(open(trace, tally));
  }
  add(ledger, counted);
  return findings;
}

}  // namespace harness::oracle
