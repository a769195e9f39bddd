#include "harness/campaign/found.h"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <cctype>
#include <expected>
#include <utility>

#include "harness/campaign/script_of.h"
#include "harness/campaign/shape.h"
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
constexpr std::string_view kExpectations = "expectations";  // oracle::Expectations.

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
  // A state that was wrong is asked for as it should be, or could be: once it is mended the script
  // passes.
  const auto first = finding.expected.substr(0, finding.expected.find(" or "));
  if (const auto right = event::state_named(first)) {
    for (auto& step : script.steps) {
      auto* const asked = std::get_if<scenario::StateStep>(&step.what);
      if (asked != nullptr && event::name(asked->state) == finding.actual) asked->state = *right;
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

namespace {

// What is looked for, and where.
struct Wanted {
  const oracle::Finding& finding;
  const target::Factory& make;
  const RunOptions& options;
  Likeness likeness = Likeness::Shape;
  bool alone = false;                      // What the script expects must hold.
  const target::Factory* right = nullptr;  // It must not fail there.

  std::optional<oracle::Finding> in(const scenario::Scenario& script) const {
    static thread_local event::Trace trace;
    const auto outcome = run_scenario(script, make, options, trace);
    // A failure that names no requirement has nothing but its words.
    const bool words = likeness == Likeness::Shape || finding.requirements.empty();
    std::optional<oracle::Finding> same;
    for (const auto& one : outcome.findings) {
      if (one.verdict != Verdict::Fail) continue;
      if (!same && one.checker == finding.checker && one.requirements == finding.requirements &&
          (!words || shape_of(one) == shape_of(finding))) {
        same = one;
      } else if (alone && one.checker == kExpectations) {
        return std::nullopt;
      }
    }
    const bool wrong = same && right != nullptr &&
                       run_scenario(script, *right, options, trace).verdict == Verdict::Fail;
    return wrong ? std::nullopt : same;
  }
};

}  // namespace

std::optional<oracle::Finding> failure_like(const oracle::Finding& like,
                                            const scenario::Scenario& script,
                                            const target::Factory& make, const RunOptions& options,
                                            Likeness likeness) {
  return Wanted{like, make, options, likeness}.in(script);
}

std::string name_of(const oracle::Finding& finding) {
  const auto id = finding.requirements.empty() ? finding.checker : finding.requirements.front();
  // Of a step of a script: what of it is wrong, instead of all of it.
  std::string_view what = finding.place ? finding.text : finding.expected;
  what = what.substr(0, what.find(", got "));
  if (what.starts_with("expected ")) what.remove_prefix(std::string_view{"expected "}.size());
  return file_name(fmt::format("{}_{}", id, without_numbers(what)));
}

namespace {

// Pre: the script fails so.
std::optional<Found> smallest(scenario::Scenario script, const Wanted& wanted,
                              const ShrinkLimits& limits) {
  auto small = shrink(
      std::move(script), [&](const scenario::Scenario& one) { return wanted.in(one).has_value(); },
      limits);
  // Who wants an end gets what there is: that much is still looked at.
  auto to_the_end = wanted.options;
  to_the_end.stop = nullptr;
  auto still =
      Wanted{wanted.finding, wanted.make, to_the_end, wanted.likeness, wanted.alone, wanted.right};
  // Its numbers are no longer those of the long run.
  const auto now = still.in(small.scenario);
  auto found = as_file(std::move(small.scenario), now.value_or(wanted.finding));
  still.alone = false;  // A state that was wrong is now expected as it should be.
  if (!found || !still.in(found->scenario)) return std::nullopt;
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
  for (const auto likeness : {Likeness::Shape, Likeness::Requirement}) {
    const Wanted wanted{finding, make, options, likeness, true};
    for (const auto& excerpt : excerpts) {
      auto script = script_of(trace, excerpt);
      if (!script || !wanted.in(*script)) continue;
      if (auto found = smallest(std::move(*script), wanted, limits)) return found;
    }
  }
  return std::nullopt;
}

std::optional<Found> found_from(const scenario::Scenario& script, const oracle::Finding& finding,
                                const target::Factory& make, const target::Factory* right,
                                const RunOptions& options, const ShrinkLimits& limits) {
  const Wanted wanted{.finding = finding,
                      .make = make,
                      .options = options,
                      .likeness = Likeness::Shape,
                      .right = right};
  if (!wanted.in(script)) return std::nullopt;
  auto within = limits;
  within.end_alone = right == nullptr && finding.checker == kExpectations;
  return smallest(script, wanted, within);
}

}  // namespace harness::campaign
