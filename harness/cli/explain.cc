#include "harness/cli/explain.h"

#include <fmt/format.h>

#include <iterator>
#include <optional>
#include <utility>

#include "harness/cli/console.h"
#include "harness/cli/named_by.h"
#include "harness/cli/nearest.h"
#include "harness/cli/parse_options.h"
#include "harness/oracle/enforced.h"
#include "harness/rules/claim.h"
#include "harness/rules/quotation.h"
#include "harness/rules/rule.h"
#include "reports/wrap.h"

namespace harness::cli {

namespace po = boost::program_options;

namespace {

constexpr std::string_view kExplainHelp =
    R"(An id is that of a requirement (MUST-13, RFC5961-3.2-a) or of a textbook claim (S2-12).
)";

constexpr std::size_t kLabel = 14, kWidth = 100;

po::options_description explain_options() {
  po::options_description options{"options", 96};
  options.add_options()("scenarios", po::value<std::string>()->value_name("DIR"),
                        "where the scenarios are; else $LASTACK_SCENARIOS, ./scenarios, or beside "
                        "the program");
  return options;
}

void entry(std::string& text, std::string_view label, std::string_view content) {
  if (content.empty() || content == "-") return;
  bool first = true;
  for (const auto& line : reports::wrap(content, kWidth - kLabel - 2)) {
    fmt::format_to(std::back_inserter(text), "  {:<{}}{}\n", first ? label : "", kLabel, line);
    first = false;
  }
}

void add_scenarios(std::string& text, const NamedBy& named, std::string_view id) {
  const auto found = named.find(id);
  if (found == named.end()) {
    const bool asked = oracle::enforced(id).has_value();
    return entry(text, "scenarios",
                 asked
                     ? "none is about it; the model asks for it in every run where it is at stake: "
                       "`lastack run --out DIR` and `lastack rules --run DIR " +
                           std::string{id} + "` say where that was"
                     : std::string{"none names it"});
  }
  std::string_view label = "scenarios";
  for (const auto* scenario : found->second) {
    entry(text, std::exchange(label, ""),
          fmt::format("{}: {}", reports::plain(scenario->id), reports::plain(scenario->title)));
  }
}

std::string of(const rules::Rule& rule, const NamedBy& named) {
  auto text = fmt::format("{}: {}\n", rule.id, rule.says);
  entry(text, "level", rules::name(rule.level));
  entry(text, "stands in", rules::cite(rule));
  if (const auto words = rules::quotation(rule.id); !words.empty()) {
    entry(text, "which says", fmt::format("\"{}\"", words));
  }
  entry(text, "binds", rule.role == "all" ? "every side" : rule.role);
  entry(text, "to see it", rule.stimulus);
  entry(text, "then expect", rule.expected);
  entry(text, "testable", rule.testable);
  entry(text, "note", rule.notes);
  entry(text, "the model",
        oracle::enforced(rule.id).value_or("asks nothing by it: scripts alone can show it"));
  add_scenarios(text, named, rule.id);
  return text;
}

std::string of(const rules::Claim& claim, const NamedBy& named) {
  auto text = fmt::format("{}: \"{}\"\n", claim.id, claim.says);
  entry(text, "verdict", rules::name(claim.verdict));
  entry(text, "stands in", claim.section);
  entry(text, "note", claim.note);
  entry(text, "to see it", claim.scenario);
  add_scenarios(text, named, claim.id);
  return text;
}

std::string unknown(const std::string& id) {
  std::vector<std::string> ids;
  for (const auto& rule : rules::catalogue()) ids.emplace_back(rule.id);
  for (const auto& claim : rules::claims()) ids.emplace_back(claim.id);
  return fmt::format("there is no requirement or claim `{}`{}", id, did_you_mean(id, ids));
}

int explain(std::span<const std::string> words) {
  const auto parsed = parse_options(words, explain_options());
  if (!parsed) return usage_error(parsed.error(), "explain");
  if (parsed->words.empty()) {
    return usage_error("say which requirement or claim: `lastack rules` lists them", "explain");
  }
  const auto suite = Suite::open(parsed->has("scenarios") ? std::optional{parsed->text("scenarios")}
                                                          : std::nullopt);
  if (!suite) return usage_error(suite.error(), "explain");
  const auto named = named_by(*suite);
  std::string text;
  for (const auto& id : parsed->words) {
    if (!text.empty()) text += '\n';
    if (const auto* rule = rules::find_rule(id)) {
      text += of(*rule, named);
    } else if (const auto* claim = rules::find_claim(id)) {
      text += of(*claim, named);
    } else {
      return usage_error(unknown(id), "explain");
    }
  }
  return print_and_status(text, tell_unreadable(*suite));
}

}  // namespace

Command explain_command() {
  return {.name = "explain",
          .arguments = "ID... [options]",
          .says = "Says what a requirement or a textbook claim is about, and what shows it.",
          .more = kExplainHelp,
          .options = explain_options,
          .run = explain};
}

}  // namespace harness::cli
