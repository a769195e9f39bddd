#include "harness/campaign/run_scenario.h"

#include <fmt/format.h>

#include <algorithm>
#include <memory>
#include <utility>

#include "harness/base/system_error.h"
#include "harness/campaign/doubt.h"
#include "harness/campaign/judge_trace.h"
#include "harness/campaign/remarks.h"
#include "harness/event/end.h"
#include "harness/event/start.h"
#include "harness/link/link.h"
#include "harness/oracle/checker.h"
#include "harness/scenario/icmp.h"
#include "harness/scenario/run_loop.h"
#include "harness/scenario/script_peer.h"

namespace harness::campaign {
namespace {

using scenario::Scenario;
using target::Capability;

// What trails a reaction comes within this, unless a scenario wants to watch longer.
constexpr clock::Duration kSettle = std::chrono::milliseconds{5};
constexpr clock::Duration kLimit = std::chrono::minutes{10};

}  // namespace

std::vector<link::Fault> faults_of(const Scenario& scenario, const RunOptions& options) {
  return link::joined(scenario.faults, options.faults);
}

// RFC 5737 and 3849 keep these networks for documentation: they are nobody's.
target::Host host_for(const Scenario& scenario, const RunOptions& options) {
  const auto address = [](std::string_view text) { return *wire::IpAddress::parse(text); };
  const auto family = family_of(scenario, options.ip);
  const bool six = family == Family::V6;
  target::Host host;
  host.local = address(six ? "2001:db8:1::1" : "192.0.2.1");
  host.remote = address(six ? "2001:db8:2::1" : "198.51.100.1");
  host.local = scenario.options.local_ip.value_or(host.local);
  host.remote = scenario.options.remote_ip.value_or(host.remote);
  host.remote_prefix = scenario.options.remote_prefix.value_or(six ? 64 : 24);
  host.mtu = scenario.options.mtu;
  host.mapped = family == Family::Mapped;
  host.rng = base::Rng{options.seed}.fork(scenario.id).fork("target");
  return host;
}

// Nothing here depends on the machine: a trace of the engine is the same everywhere.
event::Start facts(const Scenario& scenario, const target::Target& target, const target::Host& host,
                   const RunOptions& options) {
  event::Start start;
  start.set("scenario", scenario.id);
  start.set("target", target.name());
  start.set("version", target.version());
  start.set("seed", fmt::format("{}", options.seed));
  start.set("local", host.local.print());
  start.set("remote", host.remote.print());
  set_family(start, family_of(scenario, options.ip));
  start.set("mtu", fmt::format("{}", host.mtu));
  if (!target.settings().empty()) start.set("settings", target.settings());
  if (host.mapped) start.set("mapped", "yes");
  const int usual = host.local.version() == wire::IpVersion::V6 ? 64 : 24;
  if (host.remote_prefix != usual) start.set("prefix", fmt::format("{}", host.remote_prefix));
  for (const auto capability : target::capabilities()) {
    if (target.can(capability)) start.set("can", target::name(capability));
  }
  for (const auto& fault : faults_of(scenario, options)) start.set("fault", link::print(fault));
  for (const auto& rule : scenario.rules) start.set("rule", rule);
  if (options.strict) start.set("strict", "yes");
  if (!options.profile.empty()) start.set("profile", options.profile);
  return start;
}

std::optional<std::string> not_applicable(const Scenario& scenario, const target::Target& target,
                                          const RunOptions& options) {
  const auto name = target.name();
  for (const Capability need : scenario.needs) {
    if (!target.can(need)) return fmt::format("{} cannot: {}", name, target::name(need));
  }
  if (family_of(scenario, options.ip) != Family::V4 && !target.can(Capability::Ipv6)) {
    return fmt::format("{} cannot: {}", name, target::name(Capability::Ipv6));
  }
  const bool six = family_of(scenario, options.ip) == Family::V6;
  const auto version = six ? wire::IpVersion::V6 : wire::IpVersion::V4;
  if (auto missing = scenario::missing_in(version, scenario.steps)) return missing;
  for (const auto& step : scenario.steps) {
    const auto* command = std::get_if<scenario::CommandStep>(&step.what);
    if (command == nullptr) continue;
    if (command->sysctls.empty() && !target.can(Capability::Shell)) {
      return fmt::format("{} runs no shell commands ({})", name, step.place.print());
    }
    for (const auto& sysctl : command->sysctls) {
      if (!target.understands(sysctl)) {
        return fmt::format("{} has no `{}` ({})", name, sysctl, step.place.print());
      }
    }
  }
  return std::nullopt;
}

namespace {

// Of our own lateness: it makes what the script wanted Inconclusive.
const oracle::Finding* lateness(const Outcome& outcome, const event::Trace& trace) {
  const auto found = std::ranges::find_if(outcome.findings, [](const oracle::Finding& finding) {
    return finding.checker == "expectations" && finding.verdict == oracle::Verdict::Inconclusive;
  });
  const bool late = std::ranges::any_of(trace.records(), [&](const event::Record& record) {
    return record.kind == event::Kind::Expectation &&
           event::expectation(trace, record).what == event::Expected::OnTime;
  });
  return late && found != outcome.findings.end() ? &*found : nullptr;
}

// Whether another try would say more: why this one says too little, or nothing.
std::optional<std::string> proves_nothing(const Outcome& outcome, const event::Trace& trace) {
  const auto doubt = std::ranges::find_if(
      outcome.findings, [](const oracle::Finding& finding) { return doubted({&finding, 1}); });
  if (doubt != outcome.findings.end()) return doubt->text;
  if (const auto* late = lateness(outcome, trace)) return late->text;
  return std::nullopt;
}

bool on_virtual_time(const event::Trace& trace) {
  const auto start = event::start_of(trace);
  return std::ranges::any_of(start.facts(), [](const auto& fact) {
    return fact.first == "can" && fact.second == target::name(Capability::VirtualTime);
  });
}

// Whether `again` failed in the same way: by the same requirements at the same place, whatever the
// numbers, which differ from run to run.
bool failed_too(const Outcome& again, const oracle::Finding& finding) {
  return std::ranges::any_of(again.findings, [&](const oracle::Finding& other) {
    return other.verdict == oracle::Verdict::Fail && other.checker == finding.checker &&
           other.requirements == finding.requirements && other.place == finding.place;
  });
}

// On a real clock chance has a say: what is wrong is wrong every time. Each failure that `again`
// does not show is Inconclusive from now on; false when none is left. `why`: `again` could not show
// it, and this is the reason.
bool keep_what_repeats(Outcome& outcome, const Outcome& again, int run,
                       const std::optional<std::string>& why) {
  bool left = false, lost = false;
  for (auto& finding : outcome.findings) {
    if (finding.verdict != oracle::Verdict::Fail) continue;
    if (failed_too(again, finding)) {
      left = true;
      continue;
    }
    finding.verdict = oracle::Verdict::Inconclusive;
    lost = true;
  }
  if (lost) {
    const auto text = why    ? fmt::format("whether it repeats could not be told: {}", *why)
                      : left ? "not every failure repeats"
                             : "the failure does not repeat";
    outcome.findings.push_back(
        {.checker = "repetition",
         .verdict = oracle::Verdict::Inconclusive,
         .expected = fmt::format("the same failure {} times", kTries),
         .actual = fmt::format("{} at repetition {}", oracle::name(again.verdict), run),
         .text = text});
  }
  outcome.verdict = oracle::worst(outcome.findings);
  return left;
}

// Why we could not judge; a target that failed on the way says so itself, else a checker does.
std::string error_in(const Outcome& outcome) {
  if (!outcome.reason.empty()) return outcome.reason;
  const auto error =
      std::ranges::find(outcome.findings, oracle::Verdict::HarnessError, &oracle::Finding::verdict);
  return error == outcome.findings.end() ? "" : error->text;
}

// A repetition that could not be made leaves open what the failures are.
void give_up(Outcome& outcome, const Outcome& again, int run) {
  lower_failures(outcome.findings);
  outcome.verdict = oracle::Verdict::HarnessError;
  outcome.reason =
      fmt::format("it failed, and repetition {} of it could not be made: {}", run, error_in(again));
}

bool interrupted(const event::Trace& trace) {
  if (trace.size() == 0) return false;
  const auto& last = trace[trace.size() - 1];
  return last.kind == event::Kind::End &&
         event::end_of(trace, last).reason == event::EndReason::Interrupted;
}

Outcome run_once(const Scenario& scenario, const target::Factory& make, const RunOptions& options,
                 event::Trace& trace) {
  trace.clear();
  try {
    const auto host = host_for(scenario, options);
    auto target = make(host);
    if (auto reason = not_applicable(scenario, *target, options)) {
      return {.verdict = oracle::Verdict::NotApplicable, .reason = std::move(*reason)};
    }
    if (scenario.faults.size() + options.faults.size() > link::kFaultsMax) {
      return {.verdict = oracle::Verdict::HarnessError,
              .reason = fmt::format("a link takes {} faults, its own included", link::kFaultsMax)};
    }
    event::append(trace, target->now(), facts(scenario, *target, host, options));
    link::Link link{faults_of(scenario, options),
                    base::Rng{options.seed}.fork(scenario.id).fork("link")};
    const scenario::Limits limits{.settle = scenario.settle.value_or(kSettle),
                                  .end = target->now() + scenario.limit.value_or(kLimit),
                                  .records = options.records,
                                  .stop = options.stop};
    scenario::ScriptPeer peer{scenario, host, limits.end};
    scenario::run(peer, link, *target, limits, trace);
    auto doubt = target->doubt();
    target.reset();  // Nobody waits for a judge: what it held of the machine is given back first.
    auto judgement = judge_trace(trace);
    add_doubt(std::move(doubt), judgement);
    auto said = remarks(scenario, link, trace, judgement);
    return {.verdict = judgement.verdict,
            .reason = {},
            .findings = std::move(judgement.findings),
            .ledger = std::move(judgement.ledger),
            .faults = link::scores(link),
            .warnings = std::move(said),
            .interrupted = interrupted(trace)};
  } catch (const base::SystemError& error) {
    return {.verdict = oracle::Verdict::HarnessError, .reason = error.what()};
  }
}

}  // namespace

Outcome run_scenario(const Scenario& scenario, const target::Factory& make,
                     const RunOptions& options, event::Trace& trace) {
  clock::Duration played{};
  const auto play = [&](event::Trace& into) {
    auto outcome = run_once(scenario, make, options, into);
    if (into.size() > 0) played += into[into.size() - 1].at - into[0].at;
    return outcome;
  };
  const auto play_in_time = [&](event::Trace& into) {
    auto outcome = play(into);
    for (int tries = 1; tries < kTries && !outcome.interrupted && proves_nothing(outcome, into);
         ++tries) {
      pause_behind(tries);
      outcome = play(into);
    }
    return outcome;
  };
  auto outcome = play_in_time(trace);
  if (outcome.verdict == oracle::Verdict::Fail && !on_virtual_time(trace)) {
    event::Trace again;
    for (int run = 2; run <= kTries; ++run) {
      const auto repeated = play_in_time(again);
      const bool error = repeated.verdict == oracle::Verdict::HarnessError;
      const bool stopped = options.stop != nullptr && *options.stop != 0;
      if (repeated.interrupted || (error && stopped)) {
        outcome.interrupted = true;
        break;
      }
      if (error) {
        give_up(outcome, repeated, run);
        break;
      }
      if (!keep_what_repeats(outcome, repeated, run, proves_nothing(repeated, again))) break;
    }
  }
  outcome.played = played;
  return outcome;
}

}  // namespace harness::campaign
