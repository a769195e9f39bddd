#include "harness/cli/list.h"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <iostream>
#include <nlohmann/json.hpp>

#include "harness/cli/console.h"
#include "harness/cli/exit.h"
#include "harness/cli/parse_options.h"
#include "harness/cli/select.h"
#include "harness/cli/table.h"
#include "reports/wrap.h"

namespace harness::cli {

namespace po = boost::program_options;
using Json = nlohmann::ordered_json;

namespace {

constexpr std::string_view kListHelp = R"(The selectors are those of `lastack run`.

  lastack list close              one folder
  lastack list MUST-13 --json     the scenarios that name a requirement
)";

po::options_description list_options() {
  po::options_description options{"options", 96};
  options.add_options()                      //
      ("json", "one JSON array of objects")  //
      ("scenarios", po::value<std::string>()->value_name("DIR"),
       "where the scenarios are; else $LASTACK_SCENARIOS, ./scenarios, or beside the program");
  return options;
}

std::vector<std::string> needs_of(const scenario::Scenario& scenario) {
  std::vector<std::string> needs;
  for (const auto need : scenario.needs) needs.emplace_back(target::name(need));
  return needs;
}

std::string as_json(const std::vector<const scenario::Scenario*>& scenarios) {
  Json array = Json::array();
  for (const auto* scenario : scenarios) {
    Json json;
    json["id"] = scenario->id;
    json["title"] = scenario->title;
    json["rules"] = scenario->rules;
    json["claims"] = scenario->claims;
    json["needs"] = needs_of(*scenario);
    json["slow"] = scenario->slow ? Json(*scenario->slow) : Json(nullptr);
    array.push_back(std::move(json));
  }
  return array.dump(2, ' ', false, Json::error_handler_t::replace) + '\n';
}

std::string as_table(const std::vector<const scenario::Scenario*>& scenarios) {
  std::vector<std::vector<std::string>> lines = {
      {"id", "title", "rules", "claims", "needs", "slow"}};
  const auto joined = [](const std::vector<std::string>& words) {
    return words.empty() ? std::string{"-"} : fmt::format("{}", fmt::join(words, ","));
  };
  for (const auto* scenario : scenarios) {
    lines.push_back({reports::plain(scenario->id), reports::plain(scenario->title),
                     joined(scenario->rules), joined(scenario->claims), joined(needs_of(*scenario)),
                     reports::plain(scenario->slow.value_or("-"))});
  }
  return table(lines);
}

int list(std::span<const std::string> words) {
  const auto parsed = parse_options(words, list_options());
  if (!parsed) return usage_error(parsed.error(), "list");
  auto suite = Suite::open(parsed->has("scenarios") ? std::optional{parsed->text("scenarios")}
                                                    : std::nullopt);
  if (!suite) return usage_error(suite.error(), "list");
  const auto selected = select(*suite, parsed->words);
  // An empty folder has an empty list; that is no mistake.
  const bool empty = parsed->words.empty() && suite->root() && suite->entries().empty();
  if (!selected && !empty) return usage_error(selected.error(), "list");

  int status = kSuccess;
  std::vector<const scenario::Scenario*> scenarios;
  for (const auto& one : selected.value_or(std::vector<Selected>{})) {
    const auto& read = suite->entries()[one.entry].read();
    if (read) {
      scenarios.push_back(&*read);
    } else {
      std::cerr << read.error().print();
      status = kError;
    }
  }
  return print_and_status(parsed->has("json") ? as_json(scenarios) : as_table(scenarios), status);
}

}  // namespace

Command list_command() {
  return {.name = "list",
          .arguments = "[selectors] [options]",
          .says = "Lists scenarios and what they are about.",
          .more = kListHelp,
          .options = list_options,
          .run = list};
}

}  // namespace harness::cli
