#include "harness/cli/perform.h"

#include <exception>
#include <utility>

#include "harness/event/end.h"
#include "harness/event/text.h"
#include "reports/ladder.h"

namespace harness::cli {
namespace {

using event::Direction;
using event::Kind;
using oracle::Verdict;

bool interrupted(const event::Trace& trace) {
  if (trace.size() == 0) return false;
  const auto& last = trace[trace.size() - 1];
  return last.kind == Kind::End &&
         event::end_of(trace, last).reason == event::EndReason::Interrupted;
}

// Those that were sent, whether they arrived or not.
std::uint32_t segments_in(const event::Trace& trace) {
  std::uint32_t count = 0;
  for (const auto& record : trace.records()) {
    const auto sent = record.direction == Direction::ToTarget ? Kind::PeerPacket : Kind::Packet;
    count += record.kind == sent ? 1 : 0;
  }
  return count;
}

// What the list of known deviations says belongs to the run as its findings do.
void apply_known(const Plan& plan, reports::Result& result) {
  if (result.verdict == Verdict::NotApplicable || !result.reason.empty()) return;
  oracle::apply(plan.known, result.findings, result.scenario, result.version);
  result.verdict = oracle::worst(result.findings);
}

void run(const scenario::Scenario& scenario, const Job& job, const Plan& plan,
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
  result.verdict = outcome.verdict;
  result.reason = std::move(outcome.reason);
  result.findings = std::move(outcome.findings);
  result.ledger = std::move(outcome.ledger);
  result.faults = std::move(outcome.faults);
  result.warnings = std::move(outcome.warnings);
  result.played_ns = outcome.played.count();
  apply_known(plan, result);
}

}  // namespace

reports::Result blank_result(const Job& job, const Plan& plan) {
  const Entry& entry = *job.entry;
  reports::Result result;
  result.scenario = entry.id();
  result.selector = entry.selector();
  result.target = plan.choice.name;
  result.wire = plan.choice.wire;
  result.ip = campaign::name(job.ip);
  result.seed = plan.options.seed;
  result.repetition = job.repetition;
  result.strict = plan.options.strict;
  result.profile = plan.options.profile;
  result.extra_faults = link::print(plan.options.faults);
  if (const auto& scenario = entry.read()) {
    result.ip = campaign::name(campaign::family_of(*scenario, job.ip));
    result.title = scenario->title;
    result.rules = scenario->rules;
    result.claims = scenario->claims;
  }
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
  static event::Trace trace;  // One per process: it keeps its room from run to run.
  try {
    run(*scenario, job, plan, result, trace);
  } catch (const std::exception& error) {
    result.verdict = Verdict::HarnessError;
    result.reason = error.what();
  }
  if (interrupted(trace)) return std::nullopt;
  result.segments = segments_in(trace);
  if (trace.size() > 0) {
    result.span_ns = (trace[trace.size() - 1].at - trace[0].at).count();
    if (result.verdict != Verdict::Pass) result.ladder = reports::ladder(trace, result.findings);
    if (plan.keep_trace) result.trace = event::to_text(trace);
  }
  return result;
}

}  // namespace harness::cli
