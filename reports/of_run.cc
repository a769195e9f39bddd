#include "reports/of_run.h"

#include <algorithm>
#include <charconv>
#include <utility>

#include "harness/event/start.h"
#include "harness/oracle/awaited.h"
#include "reports/ladder.h"

namespace reports {

namespace campaign = harness::campaign;
namespace event = harness::event;
using harness::oracle::Verdict;

Result blank_result(const harness::scenario::Scenario& scenario, std::string target,
                    const campaign::RunOptions& options) {
  Result result;
  result.scenario = result.selector = scenario.id;
  result.title = scenario.title;
  result.rules = scenario.rules;
  result.claims = scenario.claims;
  result.target = std::move(target);
  result.ip = campaign::name(campaign::family_of(scenario, options.ip));
  result.seed = options.seed;
  result.strict = options.strict;
  result.profile = options.profile;
  result.extra_faults = harness::link::print(options.faults);
  return result;
}

Result blank_result(const event::Trace& trace) {
  const auto start = event::start_of(trace);
  Result result;
  result.scenario = result.selector = start.get("scenario");
  result.target = start.get("target");
  result.version = start.get("version");
  result.ip = campaign::name(campaign::family_of(start));
  const auto seed = start.get("seed");
  std::from_chars(seed.data(), seed.data() + seed.size(), result.seed);
  result.strict = start.get("strict") == "yes";
  result.profile = start.get("profile");
  for (const auto& [key, value] : start.facts()) {
    if (key == "rule") result.rules.push_back(value);
  }
  return result;
}

void put(Result& result, campaign::Outcome outcome) {
  result.verdict = outcome.verdict;
  result.reason = std::move(outcome.reason);
  result.findings = std::move(outcome.findings);
  result.ledger = std::move(outcome.ledger);
  result.faults = std::move(outcome.faults);
  result.warnings = std::move(outcome.warnings);
  result.played_ns = outcome.played.count();
}

void put(Result& result, harness::oracle::Judgement judgement) {
  result.verdict = judgement.verdict;
  result.findings = std::move(judgement.findings);
  result.ledger = std::move(judgement.ledger);
}

void put(Result& result, const event::Trace& trace) {
  if (trace.size() == 0) return;
  result.segments = sent_segments(trace);
  result.span_ns = (trace[trace.size() - 1].at - trace[0].at).count();
  result.played_ns = std::max(result.played_ns, result.span_ns);
  if (result.verdict == Verdict::Pass) return;
  result.ladder = ladder(trace, result.findings);
  result.awaited = harness::oracle::awaited(trace);
}

std::uint32_t sent_segments(const event::Trace& trace) {
  return static_cast<std::uint32_t>(std::ranges::count_if(trace.records(), [](const auto& record) {
    const bool in = record.direction == event::Direction::ToTarget;
    return record.kind == (in ? event::Kind::PeerPacket : event::Kind::Packet);
  }));
}

}  // namespace reports
