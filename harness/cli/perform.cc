#include "harness/cli/perform.h"

#include <exception>
#include <utility>

#include "harness/event/text.h"
#include "reports/of_run.h"

namespace harness::cli {
namespace {

using oracle::Verdict;

// What the list of known deviations says belongs to the run as its findings do.
void apply_known(const Plan& plan, reports::Result& result) {
  if (result.verdict == Verdict::NotApplicable || !result.reason.empty()) return;
  oracle::apply(plan.known, result.findings, result.scenario, result.version);
  result.verdict = oracle::worst(result.findings);
}

// False when it was interrupted.
bool run(const scenario::Scenario& scenario, const Job& job, const Plan& plan,
         reports::Result& result, event::Trace& trace) {
  // Only the target itself knows its version.
  const auto make = [&](const target::Host& host) {
    auto target = plan.choice.make(host);
    result.version = target->version();
    return target;
  };
  auto options = plan.options;
  options.ip = job.ip;
  auto outcome = campaign::run_scenario(scenario, make, options, trace);
  if (outcome.interrupted) return false;
  reports::put(result, std::move(outcome));
  apply_known(plan, result);
  return true;
}

}  // namespace

reports::Result blank_result(const Job& job, const Plan& plan) {
  const Entry& entry = *job.entry;
  auto options = plan.options;
  options.ip = job.ip;
  scenario::Scenario unread;
  unread.id = entry.id();
  const auto& scenario = entry.read();
  auto result = reports::blank_result(scenario ? *scenario : unread, plan.choice.name, options);
  result.selector = entry.selector();
  result.wire = plan.choice.wire;
  result.repetition = job.repetition;
  return result;
}

std::optional<reports::Result> perform(const Job& job, const Plan& plan) {
  reports::Result result = blank_result(job, plan);
  const auto& scenario = job.entry->read();
  if (!scenario) {
    const auto& wrong = scenario.error();
    result.verdict = Verdict::HarnessError;
    result.reason = wrong.place.print() + ": " + wrong.message;
    return result;
  }
  if (plan.unavailable) {
    result.verdict = Verdict::NotApplicable;
    result.reason = *plan.unavailable;
    return result;
  }
  static event::Trace trace;  // One per process: it keeps its room from run to run.
  try {
    if (!run(*scenario, job, plan, result, trace)) return std::nullopt;
  } catch (const std::exception& error) {
    result.verdict = Verdict::HarnessError;
    result.reason = error.what();
  }
  reports::put(result, trace);
  if (plan.keep_trace && trace.size() > 0) result.trace = event::to_text(trace);
  return result;
}

}  // namespace harness::cli
