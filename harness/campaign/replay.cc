#include "harness/campaign/replay.h"

#include <fmt/format.h>

#include <algorithm>
#include <charconv>
#include <chrono>
#include <cstdint>
#include <memory>
#include <string_view>

#include "harness/base/system_error.h"
#include "harness/campaign/doubt.h"
#include "harness/campaign/judge_trace.h"
#include "harness/campaign/logged_link.h"
#include "harness/campaign/logged_peer.h"
#include "harness/event/end.h"
#include "harness/event/start.h"
#include "harness/event/text.h"
#include "harness/scenario/run_loop.h"

namespace harness::campaign {
namespace {

using event::EndReason;
using event::Kind;
using oracle::Verdict;
using target::Capability;

constexpr clock::Duration kRest = std::chrono::seconds{5};
constexpr std::string_view kSwarm = "swarm/";

std::optional<std::uint64_t> number(std::string_view text) {
  std::uint64_t value = 0;
  const auto read = std::from_chars(text.data(), text.data() + text.size(), value);
  if (text.empty() || read.ec != std::errc{} || read.ptr != text.data() + text.size()) return {};
  return value;
}

// What the run's host was, chance included.
std::optional<target::Host> host_of(const event::Start& start) {
  const auto local = wire::IpAddress::parse(start.get("local"));
  const auto remote = wire::IpAddress::parse(start.get("remote"));
  const auto mtu = number(start.get("mtu")), seed = number(start.get("seed"));
  if (!local || !remote || !mtu || *mtu > 65'535 || !seed) return std::nullopt;
  if (local->version() != remote->version()) return std::nullopt;
  target::Host host;
  host.local = *local;
  host.remote = *remote;
  host.remote_prefix = local->version() == wire::IpVersion::V6 ? 64 : 24;
  if (const auto prefix = number(start.get("prefix"))) {
    host.remote_prefix = static_cast<std::uint8_t>(std::min<std::uint64_t>(*prefix, 128));
  }
  host.mtu = static_cast<std::uint16_t>(*mtu);
  host.mapped = start.get("mapped") == "yes";
  const auto id = start.get("scenario");
  const auto index =
      id.starts_with(kSwarm) ? number(id.substr(kSwarm.size())) : std::optional<std::uint64_t>{};
  const base::Rng dice{*seed};
  host.rng = (index ? dice.fork("swarm").nth(*index) : dice.fork(id)).fork("target");
  return host;
}

// The facts of this run: those of the record, with the target's own as they are here.
event::Start facts_now(const event::Start& then, const target::Target& target, bool alike,
                       const std::string& profile) {
  event::Start now;
  bool told = false;
  for (const auto& [key, value] : then.facts()) {
    if (key == "target") {
      now.set(key, target.name());
    } else if (key == "version") {
      now.set(key, target.version());
    } else if (key == "settings") {
      if (!target.settings().empty()) now.set(key, target.settings());
    } else if (key == "can") {
      for (const auto capability : target::capabilities()) {
        if (!told && target.can(capability)) now.set("can", target::name(capability));
      }
      told = true;
    } else if (key == "profile" && !profile.empty()) {
      now.set(key, profile);
    } else if (key != kUntil || alike) {
      now.set(key, value);
    }
  }
  if (!profile.empty() && then.get("profile").empty()) now.set("profile", profile);
  if (then.get("settings").empty() && !target.settings().empty()) {
    now.set("settings", target.settings());
  }
  return now;
}

// Why the record of this target needs not be like that one; empty when it must be.
std::string incomparable(const event::Start& then, const target::Target& target) {
  if (then.get("target") != target.name()) {
    return fmt::format("the record is of {}, and this is {}", then.get("target"), target.name());
  }
  if (!target.can(Capability::VirtualTime)) {
    return fmt::format("{} keeps real time, and no two runs of it are alike", target.name());
  }
  if (then.get("version") != target.version()) {
    return fmt::format("the record is of version {}, and this is {}", then.get("version"),
                       target.version());
  }
  if (then.get("settings") == target.settings()) return {};
  const auto settings = [](std::string_view text) {
    return text.empty() ? std::string{"without settings"} : fmt::format("with {}", text);
  };
  return fmt::format("the record is of {} {}, and this is {}", target.name(),
                     settings(then.get("settings")), settings(target.settings()));
}

// When the peer and the application had done all they did.
clock::Instant last_deed(const event::Trace& log) {
  clock::Instant last = log[0].at;
  for (const auto& record : log.records()) {
    const bool sent =
        record.kind == Kind::PeerPacket && record.direction == event::Direction::ToTarget;
    if (sent || record.kind == Kind::Call) last = std::max(last, record.at);
  }
  return last;
}

std::string first_difference(const event::Trace& then, const event::Trace& now) {
  const auto was = event::to_text(then), is = event::to_text(now);
  if (was == is) return {};
  std::string_view a = was, b = is;
  for (std::size_t line = 1;; ++line) {
    const auto one = a.substr(0, a.find('\n')), other = b.substr(0, b.find('\n'));
    if (one != other || a.empty() || b.empty()) {
      const auto shown = [](std::string_view text) {
        return text.empty() ? std::string{"nothing more"} : fmt::format("`{}`", text);
      };
      return fmt::format("line {}: expected {}, got {}", line, shown(one), shown(other));
    }
    a.remove_prefix(std::min(one.size() + 1, a.size()));
    b.remove_prefix(std::min(other.size() + 1, b.size()));
  }
}

}  // namespace

std::optional<std::string> cannot_replay(const event::Trace& log) {
  if (log.size() == 0 || log[0].kind != Kind::Start) {
    return "nothing in it says what run it is of: it does not begin with a start";
  }
  if (!host_of(event::start_of(log))) {
    return "its start does not say which host the target was: local, remote, mtu and seed";
  }
  const auto& last = log[log.size() - 1];
  if (last.kind != Kind::End) return "its end is missing";
  if (event::end_of(log, last).reason == EndReason::Interrupted) {
    return "the run was interrupted, and nobody knows what it would have done";
  }
  for (std::uint32_t i = 1; i < log.size(); ++i) {
    if (log[i].kind == Kind::Start || (log[i].kind == Kind::End && i + 1 < log.size())) {
      return fmt::format("record {} has no place within a run", i);
    }
    if (log[i].at < log[0].at) return fmt::format("record {} is older than the run", i);
  }
  return std::nullopt;
}

std::string target_of(const event::Trace& log) {
  const auto start = event::start_of(log);
  auto name = std::string{start.get("target")};
  if (const auto settings = start.get("settings"); !settings.empty()) {
    name += fmt::format(":{}", settings);
  }
  return name;
}

Replayed replay(const event::Trace& log, const target::Factory& make, const ReplayOptions& options,
                event::Trace& trace) {
  trace.clear();
  Replayed result;
  const auto then = event::start_of(log);
  const auto end = event::end_of(log, log[log.size() - 1]);
  try {
    const auto target = make(*host_of(then));
    result.incomparable = incomparable(then, *target);
    result.alike = result.incomparable.empty();
    const auto begin = target->now();
    const auto shift = begin - log[0].at;
    event::append(trace, begin, facts_now(then, *target, result.alike, options.profile));
    LoggedPeer peer{log, result.alike, begin};
    LoggedLink link{log,
                    [&](std::uint64_t record) { return !peer.alike() || trace.size() >= record; }};
    auto until = log[log.size() - 1].at;
    if (!target->can(Capability::VirtualTime)) until = std::min(until, last_deed(log) + kRest);
    // A livelock ends where it ended then.
    const auto livelock = result.alike && end.reason == EndReason::OutOfRecords;
    scenario::Limits limits{.end = until + shift + std::chrono::hours{1}, .stop = options.stop};
    if (livelock) limits.records = log.size() - 2;
    scenario::Drive drive{peer, link, *target, limits, trace};
    const auto reason = drive.go(until + shift, [] { return false; });
    const auto usual = result.alike ? end.reason : EndReason::Done;
    drive.end(reason.value_or(usual));
    result.interrupted = reason == EndReason::Interrupted;
    result.judgement = judge_trace(trace);
    add_doubt(target->doubt(), result.judgement);
    if (result.alike) result.difference = first_difference(log, trace);
  } catch (const base::SystemError& error) {
    result.judgement.verdict = Verdict::HarnessError;
    result.reason = error.what();
  }
  return result;
}

}  // namespace harness::campaign
