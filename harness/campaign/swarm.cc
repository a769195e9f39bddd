#include "harness/campaign/swarm.h"

#include <fmt/format.h>

#include <algorithm>
#include <chrono>
#include <iterator>
#include <memory>
#include <utility>

#include "harness/base/system_error.h"
#include "harness/campaign/doubt.h"
#include "harness/event/end.h"
#include "harness/link/link.h"
#include "harness/model/assumptions.h"
#include "harness/oracle/checker.h"
#include "harness/oracle/form.h"
#include "harness/oracle/integrity.h"
#include "harness/oracle/rfc.h"
#include "harness/scenario/run_loop.h"

namespace harness::campaign {

using oracle::Verdict;
using target::Capability;

namespace {

constexpr clock::Duration kHorizon = std::chrono::hours{24 * 60};

target::Host host_for(wire::IpVersion version, base::Rng rng) {
  const auto address = [](std::string_view text) { return *wire::IpAddress::parse(text); };
  static const wire::IpAddress kLocal4 = address("192.0.2.1"), kRemote4 = address("198.51.100.1"),
                               kLocal6 = address("2001:db8:1::1"),
                               kRemote6 = address("2001:db8:2::1");
  target::Host host;
  const bool six = version == wire::IpVersion::V6;
  host.local = six ? kLocal6 : kLocal4;
  host.remote = six ? kRemote6 : kRemote4;
  host.remote_prefix = six ? 64 : 24;
  host.rng = rng;
  return host;
}

// What a failure is about; numbers differ from run to run.
std::vector<std::pair<std::string, std::vector<std::string>>> failures(const Conversation& held) {
  std::vector<std::pair<std::string, std::vector<std::string>>> found;
  for (const auto& one : held.findings) {
    if (one.verdict == Verdict::Fail) found.emplace_back(one.checker, one.requirements);
  }
  return found;
}

}  // namespace

Swarm::Swarm(target::Factory make, const SwarmOptions& options)
    : make_(std::move(make)),
      options_(options),
      peer_(options.taste),
      model_(model::Assumptions{}) {}

void Swarm::write_start(std::uint64_t index, const target::Target& target,
                        const target::Host& host) {
  World& world = plan_.ip == wire::IpVersion::V6 ? v6_ : v4_;
  if (world.facts.empty()) {
    version_ = target.version();
    world.facts = fmt::format("target={}\nversion={}\nlocal={}\nremote={}\nmtu={}\n", target.name(),
                              version_, host.local.print(), host.remote.print(), host.mtu);
    for (const auto capability : target::capabilities()) {
      if (target.can(capability)) world.facts += fmt::format("can={}\n", target::name(capability));
    }
    if (!target.settings().empty()) world.facts += fmt::format("settings={}\n", target.settings());
    world.facts += fmt::format("seed={}\n", options_.seed);
  }
  start_ = world.facts;
  start_ += "scenario=swarm/" + std::to_string(index) + '\n';
  for (const auto& fault : plan_.faults) start_ += "fault=" + link::print(fault) + '\n';
  trace_.append({.at = target.now(),
                 .body = trace_.keep(base::as_bytes(start_)),
                 .kind = event::Kind::Start});
  if (!world.assume) world.assume = model::assumptions_of(trace_);
  model_.clear(*world.assume);
}

void Swarm::judge() {
  // What the kernel has lost is on record only now.
  if (options_.taste.real_time) model_.clear(model::assumptions_of(trace_));
  for (std::uint32_t i = 0; i < trace_.size(); ++i) {
    model_.step(trace_, i);
    const auto& record = trace_[i];
    const auto sent = record.direction == event::Direction::ToTarget ? event::Kind::PeerPacket
                                                                     : event::Kind::Packet;
    result_.segments += record.kind == sent ? 1 : 0;
  }
  model_.finish(trace_);
  for (const auto& violation : model_.violations()) {
    result_.findings.push_back(oracle::finding_of(trace_, violation, options_.strict));
  }
  static const oracle::Form form;
  static const oracle::Integrity integrity;
  static const oracle::Checker* const checkers[] = {&form, &integrity};
  auto judgement = oracle::judge(trace_, checkers);
  std::ranges::move(judgement.findings, std::back_inserter(result_.findings));
  result_.verdict = oracle::worse(judgement.verdict, oracle::worst(result_.findings));
  result_.width = model_.widest_frontier();
  if (model_.undecided() > 0) {
    result_.verdict = oracle::worse(result_.verdict, Verdict::Inconclusive);
    result_.reason = "the model lost sight of a connection";
  }
}

void Swarm::once(std::uint64_t index) {
  result_.verdict = Verdict::Pass;
  result_.reason.clear();
  result_.findings.clear();
  result_.faults.clear();
  result_.segments = result_.states = 0;
  trace_.clear();
  const base::Rng rng = base::Rng{options_.seed}.fork("swarm").nth(index);
  draw_plan(rng.fork("plan"), options_.taste, plan_);
  if (!options_.faults.empty()) plan_.faults = options_.faults;
  try {
    const auto host = host_for(plan_.ip, rng.fork("target"));
    auto target = make_(host);
    write_start(index, *target, host);
    plan_.first_isn.reset();
    if (target->understands("engine.first_isn=0")) {
      plan_.first_isn = draw_first_isn(rng.fork("first number"));
    }
    link::Link link{plan_.faults, rng.fork("link")};
    peer_.begin(plan_, host, rng.fork("peer"));
    scenario::run(peer_, link, *target,
                  {.settle = plan_.settle,
                   .end = target->now() + kHorizon,
                   .records = scenario::kStorm,
                   .stop = options_.stop},
                  trace_);
    result_.states = peer_.states();
    if (!options_.faults.empty()) result_.faults = link::scores(link);
    const auto end = event::end_of(trace_, trace_[trace_.size() - 1]);
    result_.interrupted = end.reason == event::EndReason::Interrupted;
    auto doubt = target->doubt();
    target.reset();  // What it held of the machine is given back before the judging.
    judge();
    if (end.reason == event::EndReason::OutOfRecords || end.reason == event::EndReason::Stuck) {
      result_.findings.push_back({.checker = "liveness",
                                  .record = trace_.size() - 1,
                                  .expected = "an end",
                                  .actual = std::string{event::name(end.reason)},
                                  .text = "the target never comes to rest"});
      result_.verdict = oracle::worse(result_.verdict, Verdict::Fail);
    }
    if (doubt) {
      result_.reason = *doubt;
      add_doubt(std::move(doubt), result_.findings);
      result_.verdict = oracle::worst(result_.findings);
    }
  } catch (const base::SystemError& error) {
    result_.verdict = Verdict::HarnessError;
    result_.reason = error.what();
  }
}

// On a real clock one that proves nothing is held again.
void Swarm::once_in_earnest(std::uint64_t index) {
  once(index);
  if (!options_.taste.real_time) return;
  for (int tries = 1; tries < kTries && !result_.interrupted && doubted(result_.findings);
       ++tries) {
    pause_behind(tries);
    once(index);
  }
}

const Conversation& Swarm::hold(std::uint64_t index) {
  once_in_earnest(index);
  if (result_.verdict != Verdict::Fail || !options_.taste.real_time) return result_;
  auto first = result_;
  event::Trace shown = std::move(trace_);
  trace_ = {};
  for (int run = 2; run <= kTries; ++run) {
    once_in_earnest(index);
    const bool error = result_.verdict == Verdict::HarnessError;
    first.interrupted = result_.interrupted || (error && options_.stop && *options_.stop != 0);
    if (first.interrupted) break;
    if (!error && failures(result_) == failures(first)) continue;
    lower_failures(first.findings);
    first.verdict = error ? Verdict::HarnessError : Verdict::Inconclusive;
    first.reason = error ? fmt::format("it failed, and repetition {} of it could not be made: {}",
                                       run, result_.reason)
                   : doubted(result_.findings)
                       ? "whether the failure repeats could not be told: " + result_.reason
                       : "the failure does not repeat";
    break;
  }
  trace_ = std::move(shown);
  result_ = std::move(first);
  return result_;
}

}  // namespace harness::campaign
