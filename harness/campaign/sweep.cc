#include "harness/campaign/sweep.h"

#include <fmt/format.h>
#include <sys/socket.h>

#include <algorithm>
#include <cerrno>
#include <chrono>
#include <memory>
#include <set>
#include <utility>

#include "harness/base/system_error.h"
#include "harness/campaign/judge_trace.h"
#include "harness/campaign/remarks.h"
#include "harness/event/end.h"
#include "harness/event/start.h"
#include "harness/link/link.h"
#include "harness/scenario/run_loop.h"
#include "harness/scenario/script_peer.h"
#include "harness/wire/tcp_of.h"

namespace harness::campaign {
namespace {

using event::Direction;
using event::EndReason;
using event::Kind;
using event::Op;
using oracle::Verdict;

constexpr clock::Duration kQuietAtLast = std::chrono::milliseconds{5};
constexpr std::uint32_t kFirstLastWord = 1'000'000;  // Ids of calls that are nobody's script.

// All that entered the link, in the order in which it did.
void count_spots(const event::Trace& trace, std::vector<Spot>& spots) {
  std::array<std::uint32_t, 2> counts{};
  for (const auto& record : trace.records()) {
    const auto enters = record.direction == Direction::ToTarget ? Kind::PeerPacket : Kind::Packet;
    if (record.kind != enters) continue;
    const auto nth = ++counts[static_cast<std::size_t>(record.direction)];
    spots.push_back({.direction = record.direction, .nth = nth});
  }
}

// The names of the connections that were ever begun, and the sockets that somebody has still.
struct Left {
  std::vector<wire::FourTuple> tuples{};
  std::set<std::int32_t> sockets{};
};

Left left_of(const event::Trace& trace) {
  Left left;
  for (const auto& record : trace.records()) {
    if (record.kind == Kind::Packet && record.direction == Direction::FromTarget) {
      const auto seen = wire::tcp_of(trace.body(record));
      if (!seen || !seen->tcp.flags().syn()) continue;
      const wire::FourTuple tuple{.local = {seen->ip.source(), seen->tcp.source()},
                                  .remote = {seen->ip.destination(), seen->tcp.destination()}};
      if (std::ranges::find(left.tuples, tuple) == left.tuples.end()) left.tuples.push_back(tuple);
    } else if (record.kind == Kind::Call) {
      const auto call = trace.call(record);
      if (call.op == Op::Connect) left.sockets.insert(call.fd);
      if (call.op == Op::Close || call.op == Op::Abort) left.sockets.erase(call.fd);
    } else if (record.kind == Kind::Reply) {
      const auto reply = trace.reply(record);
      // Of all replies only that to accept() brings a new socket with its connection.
      if (reply.result >= 0 && event::decode_four_tuple(reply.data)) {
        const auto fd = static_cast<std::int32_t>(reply.result);
        if (fd > 2) left.sockets.insert(fd);
      }
    }
  }
  return left;
}

// See oracle::Ending.
void ask_last(scenario::Drive& drive, const event::Trace& trace) {
  const auto left = left_of(trace);
  auto id = kFirstLastWord;
  for (const auto& tuple : left.tuples) {
    const auto name = event::encode(tuple);
    drive.ask({.id = id++, .op = Op::Status, .data = name});
  }
  for (const auto fd : left.sockets) {
    drive.ask(
        {.id = id++, .fd = fd, .op = Op::GetOption, .args = {SOL_SOCKET, SO_ERROR, sizeof(int)}});
  }
}

}  // namespace

link::Fault aimed(Blow blow, const Spot& spot) {
  const link::Match match{.direction = spot.direction, .nth = spot.nth};
  switch (blow) {
    case Blow::Drop:
      return {.action = link::Drop{}, .match = match};
    case Blow::Duplicate:
      return {.action = link::Duplicate{}, .match = match};
    case Blow::Delay:
      return {
          .action = link::Delay{std::chrono::milliseconds{2500}, std::chrono::milliseconds{2500}},
          .match = match};
    case Blow::Swap:
      return {.action = link::Reorder{}, .match = match};
    case Blow::Corrupt:
      break;
  }
  return {.action = link::Corrupt{}, .match = match};
}

Sweep::Sweep(const scenario::Scenario& scenario, target::Factory make, const RunOptions& options)
    : scenario_(scenario),
      make_(std::move(make)),
      options_(options),
      host_(host_for(scenario, options)) {
  const auto target = make_(host_);
  version_ = target->version();
  refused_ = not_applicable(scenario, *target, options);
  if (!refused_ && !target->can(target::Capability::VirtualTime)) {
    refused_ =
        fmt::format("{} cannot: {}", target->name(), target::name(target::Capability::VirtualTime));
  }
  if (refused_) return;
  auto start = facts(scenario, *target, host_, options);
  start.set(kUntil, kQuiet);
  for (const auto& [key, value] : start.facts()) facts_ += key + "=" + value + "\n";
  once({});
  clean_ = swept_;
  most_records_ = scenario::enough_records(trace_);
}

const Swept& Sweep::play(std::span<const link::Fault> faults) {
  once(faults);
  return swept_;
}

void Sweep::from(std::uint32_t single, Which which, const std::function<void(Faults)>& before,
                 const std::function<bool(const Swept&)>& told) {
  const auto spot = clean_.spots[single / kBlows.size()];
  std::vector<link::Fault> faults = {aimed(kBlows[single % kBlows.size()], spot)};
  before(faults);
  once(faults);
  const auto spots = swept_.spots;
  if (which.singles && !told(swept_)) return;
  if (!which.pairs) return;
  auto second = std::ranges::find(spots, spot);
  if (second == spots.end()) return;
  faults.emplace_back();
  for (++second; second != spots.end(); ++second) {
    for (const auto blow : kBlows) {
      faults.back() = aimed(blow, *second);
      before(faults);
      once(faults);
      if (!told(swept_)) return;
    }
  }
}

void Sweep::once(std::span<const link::Fault> faults) {
  trace_.clear();
  swept_.faults.assign(faults.begin(), faults.end());
  swept_.verdict = Verdict::Pass;
  swept_.reason.clear();
  swept_.findings.clear();
  swept_.spots.clear();
  swept_.segments = 0;
  swept_.interrupted = false;
  swept_.never_struck.clear();
  try {
    const auto target = make_(host_);
    auto all = scenario_.faults;
    std::string start = facts_;
    for (const auto& fault : faults) {
      all.push_back(fault);
      start += "fault=" + link::print(fault) + "\n";
    }
    trace_.append(
        {.at = target->now(), .body = trace_.keep(base::as_bytes(start)), .kind = Kind::Start});
    link::Link link{std::move(all), base::Rng{options_.seed}.fork(scenario_.id).fork("link")};
    const scenario::Limits limits{
        .end = target->now() + kHorizon, .records = most_records_, .stop = options_.stop};
    scenario::ScriptPeer peer{scenario_, host_, limits.end};
    peer.be_patient();
    scenario::Drive drive{peer, link, *target, limits, trace_};
    auto reason = drive.go(limits.end, [&] { return peer.done(); });
    if (!reason) {
      const auto settled = target->now() + scenario_.settle.value_or(kQuietAtLast);
      reason = drive.go(std::min(settled, limits.end), [] { return false; });
    }
    count_spots(trace_, swept_.spots);
    const auto quiet = [&] {
      return !target->next_deadline() && !link.next_deadline() && !peer.next_deadline();
    };
    if (!reason) reason = drive.go(limits.end, quiet);
    if (!reason) ask_last(drive, trace_);
    drive.end(reason.value_or(EndReason::Done));
    swept_.never_struck = never_struck(link);
    swept_.interrupted = reason == EndReason::Interrupted;
    for (const auto& record : trace_.records()) {
      const bool in = record.direction == Direction::ToTarget;
      swept_.segments += record.kind == (in ? Kind::PeerPacket : Kind::Packet) ? 1 : 0;
    }
    auto judgement = judge_trace(trace_);
    swept_.verdict = judgement.verdict;
    swept_.findings = std::move(judgement.findings);
  } catch (const base::SystemError& error) {
    swept_.verdict = Verdict::HarnessError;
    swept_.reason = error.what();
  }
}

}  // namespace harness::campaign
