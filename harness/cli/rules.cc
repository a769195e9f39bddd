#include "harness/cli/rules.h"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>
#include <iostream>
#include <nlohmann/json.hpp>
#include <optional>

#include "harness/cli/console.h"
#include "harness/cli/exit.h"
#include "harness/cli/glob.h"
#include "harness/cli/named_by.h"
#include "harness/cli/nearest.h"
#include "harness/cli/parse_options.h"
#include "harness/cli/run_ledger.h"
#include "harness/cli/table.h"
#include "harness/oracle/enforced.h"
#include "harness/rules/claim.h"
#include "harness/rules/quotation.h"
#include "harness/rules/rule.h"
#include "reports/wrap.h"

namespace harness::cli {

namespace po = boost::program_options;
using Json = nlohmann::ordered_json;
using Lines = std::vector<std::vector<std::string>>;

namespace {

constexpr std::string_view kRulesHelp =
    R"(An id is that of a requirement (MUST-13) or a glob over ids ('RFC5961-*'); without one, all are
listed. `model` says whether the model of the RFCs asks for it in every run of every scenario.

  lastack rules                   every requirement, and the scenarios that name it
  lastack rules --claims          every textbook claim, and what the RFCs make of it
  lastack run --out here; lastack rules --run here
                                  how often each was put to the test, and what came of it; those
                                  that were not are left out, unless --all or their id is given
)";

po::options_description rules_options() {
  po::options_description options{"options", 96};
  options.add_options()  //
      ("run", po::value<std::string>()->value_name("DIR"),
       "what a run found, from the folder its --out wrote")  //
      ("all", "with --run: also what was never at stake")    //
      ("claims", "the textbook claims instead")              //
      ("json", "one JSON object")                            //
      ("scenarios", po::value<std::string>()->value_name("DIR"),
       "where the scenarios are; else $LASTACK_SCENARIOS, ./scenarios, or beside the program");
  return options;
}

std::string joined(const std::vector<std::string>& words) {
  return words.empty() ? std::string{"-"} : fmt::format("{}", fmt::join(words, ","));
}

std::vector<std::string> ids_of(const NamedBy& named, std::string_view id) {
  std::vector<std::string> ids;
  if (const auto found = named.find(id); found != named.end()) {
    for (const auto* scenario : found->second) ids.push_back(scenario->id);
  }
  return ids;
}

// The rows of a catalogue that were asked for, or a sentence about one that is not there.
template <class Row>
std::expected<std::vector<const Row*>, std::string> chosen(std::span<const Row> catalogue,
                                                           const std::vector<std::string>& words,
                                                           std::string_view what) {
  std::vector<const Row*> rows;
  const auto fits = [](const std::string& word, std::string_view id) {
    return is_glob(word) ? matches(word, id) : word == id;
  };
  for (const Row& row : catalogue) {
    const bool wanted = words.empty() || std::ranges::any_of(words, [&](const std::string& word) {
                          return fits(word, row.id);
                        });
    if (wanted) rows.push_back(&row);
  }
  std::vector<std::string> ids;
  for (const Row& row : catalogue) ids.emplace_back(row.id);
  for (const auto& word : words) {
    if (std::ranges::any_of(ids, [&](const auto& id) { return fits(word, id); })) continue;
    return std::unexpected(
        fmt::format("there is no {} `{}`{}", what, word, did_you_mean(word, ids)));
  }
  return rows;
}

using Rules = std::vector<const rules::Rule*>;

std::string requirements(std::size_t count) {
  return fmt::format("{} requirement{}", count, count == 1 ? "" : "s");
}

std::string rules_table(const Rules& rows, const NamedBy& named) {
  Lines lines = {{"id", "level", "stands in", "model", "says", "scenarios"}};
  std::size_t shown = 0, modelled = 0;
  for (const auto* rule : rows) {
    const auto ids = ids_of(named, rule->id);
    const bool model = oracle::enforced(rule->id).has_value();
    shown += ids.empty() ? 0 : 1;
    modelled += model ? 1 : 0;
    lines.push_back({std::string{rule->id}, std::string{rules::name(rule->level)},
                     rules::cite(*rule), model ? "yes" : "-", std::string{rule->says},
                     joined(ids)});
  }
  return table(lines) +
         fmt::format("{}: the model asks for {} in every run, and scenarios name {}\n",
                     requirements(rows.size()), modelled, shown);
}

Json json_of(const rules::Rule& rule, const NamedBy& named) {
  Json json;
  json["id"] = rule.id;
  json["rfc"] = rule.rfc;
  json["section"] = rule.section;
  json["level"] = rules::name(rule.level);
  json["says"] = rule.says;
  const auto words = rules::quotation(rule.id);
  json["quotation"] = words.empty() ? Json(nullptr) : Json(words);
  json["role"] = rule.role;
  json["testable"] = rule.testable;
  json["stimulus"] = rule.stimulus;
  json["expected"] = rule.expected;
  json["notes"] = rule.notes;
  const auto enforced = oracle::enforced(rule.id);
  json["model"] = enforced ? Json(*enforced) : Json(nullptr);
  json["scenarios"] = ids_of(named, rule.id);
  return json;
}

std::string claims_table(const std::vector<const rules::Claim*>& rows, const NamedBy& named) {
  Lines lines = {{"id", "verdict", "stands in", "says", "scenarios"}};
  for (const auto* claim : rows) {
    lines.push_back({std::string{claim->id}, std::string{rules::name(claim->verdict)},
                     std::string{claim->section}, std::string{claim->says},
                     joined(ids_of(named, claim->id))});
  }
  return table(lines);
}

Json json_of(const rules::Claim& claim, const NamedBy& named) {
  Json json;
  json["id"] = claim.id;
  json["verdict"] = rules::name(claim.verdict);
  json["section"] = claim.section;
  json["says"] = claim.says;
  json["note"] = claim.note;
  json["how_to_see_it"] = claim.scenario;
  json["scenarios"] = ids_of(named, claim.id);
  return json;
}

const std::vector<Share>& shares_of(const RunLedger& ledger, std::string_view id) {
  static const std::vector<Share> kNone;
  const auto found = ledger.shares.find(id);
  return found == ledger.shares.end() ? kNone : found->second;
}

// What all scenarios together have to do with one requirement.
Share total(const std::vector<Share>& shares) {
  Share sum;
  for (const Share& share : shares) {
    sum.tally.exercised += share.tally.exercised;
    sum.tally.held += share.tally.held;
    sum.tally.violated += share.tally.violated;
    sum.tally.open += share.tally.open;
    sum.runs += share.runs;
    sum.kept += share.kept;
  }
  return sum;
}

bool was_at_stake(const Share& sum) {
  const auto& tally = sum.tally;
  return tally.exercised + tally.held + tally.violated + tally.open + sum.runs > 0;
}

std::string run_table(const Rules& rows, const RunLedger& ledger, bool all) {
  Lines lines = {{"id", "level", "exercised", "held", "violated", "open", "scripts", "scenarios"}};
  std::size_t exercised = 0, violated = 0, named = 0, broken = 0;
  for (const auto* rule : rows) {
    const auto& shares = shares_of(ledger, rule->id);
    const Share sum = total(shares);
    exercised += sum.tally.exercised > 0 ? 1 : 0;
    violated += sum.tally.violated > 0 ? 1 : 0;
    named += sum.runs > 0 ? 1 : 0;
    broken += sum.kept < sum.runs ? 1 : 0;
    if (!all && !was_at_stake(sum)) continue;
    std::vector<std::string> by;
    for (const Share& share : shares) by.push_back(reports::plain(share.scenario));
    const auto& tally = sum.tally;
    lines.push_back({std::string{rule->id}, std::string{rules::name(rule->level)},
                     std::to_string(tally.exercised), std::to_string(tally.held),
                     std::to_string(tally.violated), std::to_string(tally.open),
                     sum.runs > 0 ? fmt::format("{}/{}", sum.kept, sum.runs) : "-", joined(by)});
  }
  const auto left_out = rows.size() + 1 - lines.size();
  return table(lines) +
         (left_out > 0 ? fmt::format("{} more were never at stake: --all lists them\n", left_out)
                       : "") +
         fmt::format(
             "{}, {} run{}: {} exercised and {} violated, as the model saw it; {} named by "
             "scripts, "
             "and {} of these by one that failed\n",
             requirements(rows.size()), ledger.results, ledger.results == 1 ? "" : "s", exercised,
             violated, named, broken);
}

Json run_json(const rules::Rule& rule, const RunLedger& ledger) {
  const auto& shares = shares_of(ledger, rule.id);
  const auto counts = [](const Share& share) {
    return Json{{"exercised", share.tally.exercised}, {"held", share.tally.held},
                {"violated", share.tally.violated},   {"open", share.tally.open},
                {"script_runs", share.runs},          {"script_kept", share.kept}};
  };
  Json json{{"id", rule.id}, {"level", rules::name(rule.level)}};
  json.update(counts(total(shares)));
  json["scenarios"] = Json::array();
  for (const Share& share : shares) {
    Json one{{"scenario", share.scenario}};
    one.update(counts(share));
    json["scenarios"].push_back(std::move(one));
  }
  return json;
}

template <class Row, class Make>
int print_json(std::string_view what, const std::vector<const Row*>& rows, int status, Make make) {
  Json json{{"schema", fmt::format("lastack-{}", what)}, {"version", 1}};
  json[std::string{what}] = Json::array();
  for (const Row* row : rows) json[std::string{what}].push_back(make(*row));
  return print_and_status(json.dump(2, ' ', false, Json::error_handler_t::replace) + '\n', status);
}

int rules_of(std::span<const std::string> words) {
  const auto parsed = parse_options(words, rules_options());
  if (!parsed) return usage_error(parsed.error(), "rules");
  const bool claims = parsed->has("claims"), json = parsed->has("json");
  if (claims && parsed->has("run")) {
    return usage_error("--run is about requirements, and --claims are none", "rules");
  }
  const auto suite = Suite::open(parsed->has("scenarios") ? std::optional{parsed->text("scenarios")}
                                                          : std::nullopt);
  if (!suite) return usage_error(suite.error(), "rules");
  if (claims) {
    const auto rows = chosen(rules::claims(), parsed->words, "claim");
    if (!rows) return usage_error(rows.error(), "rules");
    const auto named = named_by(*suite);
    const int status = tell_unreadable(*suite);
    if (!json) return print_and_status(claims_table(*rows, named), status);
    return print_json("claims", *rows, status,
                      [&](const auto& row) { return json_of(row, named); });
  }
  const auto rows = chosen(rules::catalogue(), parsed->words, "requirement");
  if (!rows) return usage_error(rows.error(), "rules");
  if (parsed->has("run")) {
    const auto ledger = read_run_ledger(parsed->text("run"));
    if (!ledger) {
      std::cerr << "lastack rules: " << ledger.error() << '\n';
      return kError;
    }
    if (!json) {
      const bool all = parsed->has("all") || !parsed->words.empty();
      return print_and_status(run_table(*rows, *ledger, all));
    }
    return print_json("ledger", *rows, kSuccess,
                      [&](const auto& row) { return run_json(row, *ledger); });
  }
  const auto named = named_by(*suite);
  const int status = tell_unreadable(*suite);
  if (!json) return print_and_status(rules_table(*rows, named), status);
  return print_json("rules", *rows, status, [&](const auto& row) { return json_of(row, named); });
}

}  // namespace

Command rules_command() {
  return {.name = "rules",
          .arguments = "[ids] [options]",
          .says = "Lists what the RFCs require, and what a run has put to the test.",
          .more = kRulesHelp,
          .options = rules_options,
          .run = rules_of};
}

}  // namespace harness::cli
