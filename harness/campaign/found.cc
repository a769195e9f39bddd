#include "harness/campaign/found.h"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <cctype>
#include <expected>
#include <utility>

#include "harness/campaign/script_of.h"
#include "harness/event/start.h"
#include "harness/event/status.h"
#include "harness/rules/rule.h"
#include "harness/scenario/parser.h"
#include "harness/scenario/printer.h"
#include "harness/wire/datagram_view.h"
#include "harness/wire/segment.h"
#include "harness/wire/tcp_of.h"

namespace harness::campaign {
namespace {

using oracle::Verdict;

constexpr std::size_t kLongestName = 60;

// Letters, digits and hyphens, in lower case; what lies between becomes one underscore.
std::string file_name(std::string_view text) {
  std::string name;
  for (const char c : text) {
    if (std::isalnum(static_cast<unsigned char>(c)) != 0 || c == '-') {
      name += static_cast<char>(std::tolower(static_cast<unsigned char>(c)));
    } else if (!name.empty() && name.back() != '_') {
      name += '_';
    }
  }
  name.resize(std::min(name.size(), kLongestName));
  while (name.ends_with('_')) name.pop_back();
  return name;
}

// Without its digits: two runs of one failure have one name.
std::string wordy(std::string_view text) {
  std::string out;
  for (const char c : text) {
    if (std::isdigit(static_cast<unsigned char>(c)) == 0) out += c;
  }
  return out;
}

// The connection a record is about: its segment's, or nothing.
std::optional<wire::FourTuple> connection_of(const event::Trace& trace, std::uint32_t index) {
  if (index >= trace.size()) return std::nullopt;
  const auto& record = trace[index];
  if (record.kind != event::Kind::Packet) return std::nullopt;
  const auto seen = wire::tcp_of(trace.body(record));
  if (!seen) return std::nullopt;
  const wire::Endpoint source{seen->ip.source(), seen->tcp.source()},
      destination{seen->ip.destination(), seen->tcp.destination()};
  return record.direction == event::Direction::ToTarget ? wire::FourTuple{destination, source}
                                                        : wire::FourTuple{source, destination};
}

// A header that says what is wrong, and the text of all of it, read back.
std::optional<Found> as_file(scenario::Scenario script, const oracle::Finding& finding) {
  Found found{.name = name_of(finding), .finding = finding};
  script.prose =
      fmt::format("Found: expected {}\n\nSeen was {}.", finding.expected, finding.actual);
  script.rules = finding.requirements;
  // A state that was wrong is asked for as it should be: once it is mended the script passes.
  if (const auto right = event::state_named(finding.expected)) {
    for (auto& step : script.steps) {
      if (auto* state = std::get_if<scenario::StateStep>(&step.what)) state->state = *right;
    }
  }
  if (!finding.requirements.empty()) {
    if (const auto* rule = rules::find_rule(finding.requirements.front())) {
      script.prose += fmt::format("\n{}: {}.", rule->id, rule->says);
    }
  }
  found.pkt = scenario::to_pkt(script);
  const auto none = [](const std::string&) -> std::expected<std::string, std::string> {
    return std::unexpected("nothing is used here");
  };
  auto read = scenario::parse_pkt(found.pkt, "found/" + found.name, none);
  if (!read) return std::nullopt;
  found.scenario = std::move(*read);
  found.packets = static_cast<std::size_t>(
      std::ranges::count_if(found.scenario.steps, [](const scenario::Step& step) {
        return std::holds_alternative<scenario::PacketStep>(step.what);
      }));
  return found;
}

}  // namespace

std::optional<oracle::Finding> failure_like(const oracle::Finding& like,
                                            const scenario::Scenario& script,
                                            const target::Factory& make,
                                            const RunOptions& options) {
  static thread_local event::Trace trace;
  const auto outcome = run_scenario(script, make, options, trace);
  const auto same = std::ranges::find_if(outcome.findings, [&](const oracle::Finding& one) {
    return one.verdict == Verdict::Fail && one.checker == like.checker &&
           one.requirements == like.requirements && wordy(one.expected) == wordy(like.expected) &&
           wordy(one.actual) == wordy(like.actual);
  });
  return same == outcome.findings.end() ? std::nullopt : std::optional{*same};
}

std::string name_of(const oracle::Finding& finding) {
  const auto id = finding.requirements.empty() ? finding.checker : finding.requirements.front();
  return file_name(fmt::format("{}_{}", id, wordy(finding.expected)));
}

namespace {

// Pre: the script fails so.
std::optional<Found> smallest(scenario::Scenario script, const oracle::Finding& finding,
                              const target::Factory& make, const RunOptions& options,
                              const ShrinkLimits& limits) {
  const auto fails = [&](const scenario::Scenario& one) {
    return failure_like(finding, one, make, options).has_value();
  };
  auto small = shrink(std::move(script), fails, limits);
  // Who wants an end gets what there is: that much is still looked at.
  auto to_the_end = options;
  to_the_end.stop = nullptr;
  // Its numbers are no longer those of the long run.
  const auto now = failure_like(finding, small.scenario, make, to_the_end);
  auto found = as_file(std::move(small.scenario), now.value_or(finding));
  if (!found || !failure_like(finding, found->scenario, make, to_the_end)) return std::nullopt;
  found->tries = small.tries;
  found->minimal = small.minimal;
  return found;
}

}  // namespace

std::optional<Found> found_in(const event::Trace& trace, const oracle::Finding& finding,
                              const target::Factory& make, const RunOptions& options,
                              const ShrinkLimits& limits) {
  // First the one connection it is about, with echoes of timestamps that hold everywhere.
  std::array<Excerpt, 4> excerpts;
  excerpts[0].only = connection_of(trace, finding.record);
  if (!excerpts[0].only) excerpts[0].only = connection_of(trace, finding.cause);
  excerpts[1].only = excerpts[0].only;
  excerpts[0].timestamps = excerpts[2].timestamps = false;
  for (auto& excerpt : excerpts) excerpt.state = finding.record;
  const auto fails = [&](const scenario::Scenario& script) {
    return failure_like(finding, script, make, options).has_value();
  };
  for (const auto& excerpt : excerpts) {
    auto script = script_of(trace, excerpt);
    if (!script || !fails(*script)) continue;
    if (auto found = smallest(std::move(*script), finding, make, options, limits)) return found;
  }
  return std::nullopt;
}

std::optional<Found> found_from(const scenario::Scenario& script, const oracle::Finding& finding,
                                const target::Factory& make, const RunOptions& options,
                                const ShrinkLimits& limits) {
  if (!failure_like(finding, script, make, options)) return std::nullopt;
  return smallest(script, finding, make, options, limits);
}

}  // namespace harness::campaign
