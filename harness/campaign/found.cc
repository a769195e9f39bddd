#include "harness/campaign/found.h"

#include <fmt/format.h>

#include <algorithm>
#include <cctype>
#include <expected>
#include <utility>

#include "harness/campaign/script_of.h"
#include "harness/event/start.h"
#include "harness/rules/rule.h"
#include "harness/scenario/parser.h"
#include "harness/scenario/printer.h"
#include "harness/wire/datagram_view.h"
#include "harness/wire/segment.h"

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
  const auto ip = wire::DatagramView::parse(trace.body(record));
  if (!ip) return std::nullopt;
  const auto view = wire::SegmentView::parse(ip->payload());
  if (!view) return std::nullopt;
  const wire::Endpoint source{ip->source(), view->source()},
      destination{ip->destination(), view->destination()};
  return record.direction == event::Direction::ToTarget ? wire::FourTuple{destination, source}
                                                        : wire::FourTuple{source, destination};
}

}  // namespace

bool fails_by(const scenario::Scenario& script, const target::Factory& make,
              const RunOptions& options, const oracle::Finding& like) {
  static thread_local event::Trace trace;
  const auto outcome = run_scenario(script, make, options, trace);
  return std::ranges::any_of(outcome.findings, [&](const oracle::Finding& one) {
    return one.verdict == Verdict::Fail && one.checker == like.checker &&
           one.requirements == like.requirements;
  });
}

std::string name_of(const oracle::Finding& finding) {
  const auto id = finding.requirements.empty() ? finding.checker : finding.requirements.front();
  return file_name(fmt::format("{}_{}", id, wordy(finding.expected)));
}

std::optional<Found> as_file(scenario::Scenario script, const oracle::Finding& finding) {
  Found found{.name = name_of(finding), .pkt = {}, .scenario = {}};
  script.prose =
      fmt::format("Found: expected {}\n\nA random conversation found it, and {} was seen.",
                  finding.expected, finding.actual);
  script.rules = finding.requirements;
  if (!finding.requirements.empty()) {
    if (const auto* rule = rules::find_rule(finding.requirements.front())) {
      script.prose += fmt::format("\n{}: {}.", finding.requirements.front(), rule->says);
    }
  }
  found.pkt = scenario::to_pkt(script);
  const auto none = [](const std::string&) -> std::expected<std::string, std::string> {
    return std::unexpected("nothing is used here");
  };
  auto read = scenario::parse_pkt(found.pkt, "found/" + found.name, none);
  if (!read) return std::nullopt;
  found.scenario = std::move(*read);
  return found;
}

std::optional<Found> found_in(const event::Trace& trace, const oracle::Finding& finding,
                              const target::Factory& make, const RunOptions& options) {
  Excerpt excerpts[2];
  excerpts[0].only = connection_of(trace, finding.record);
  if (!excerpts[0].only) excerpts[0].only = connection_of(trace, finding.cause);
  excerpts[0].state = excerpts[1].state = finding.record;
  for (const auto& excerpt : excerpts) {
    auto script = script_of(trace, excerpt);
    if (!script) continue;
    auto found = as_file(std::move(*script), finding);
    if (found && fails_by(found->scenario, make, options, finding)) return found;
  }
  return std::nullopt;
}

}  // namespace harness::campaign
