#include "reports/json.h"

#include <cmath>
#include <cstdint>
#include <nlohmann/json.hpp>
#include <optional>
#include <vector>

namespace reports {
namespace {

using harness::oracle::Finding;
using harness::oracle::Verdict;
using Json = nlohmann::ordered_json;

constexpr int kSchemaVersion = 1;

Json of(const Finding& finding) {
  Json json;
  json["verdict"] = harness::oracle::name(finding.verdict);
  json["checker"] = finding.checker;
  json["requirements"] = finding.requirements;
  json["expected"] = finding.expected;
  json["actual"] = finding.actual;
  json["text"] = finding.text;
  json["legal"] = finding.legal;
  if (finding.place) {
    json["place"] = {{"file", finding.place->file},
                     {"line", finding.place->line},
                     {"column", finding.place->column}};
  }
  if (finding.record != harness::event::kNoRecord) json["record"] = finding.record;
  if (finding.cause != harness::event::kNoRecord) json["cause"] = finding.cause;
  if (finding.due != harness::clock::kNever) {
    json["due_ns"] = finding.due.time_since_epoch().count();
  }
  return json;
}

Json of(const harness::oracle::Tally& tally) {
  return {{"requirement", tally.requirement},
          {"exercised", tally.exercised},
          {"held", tally.held},
          {"violated", tally.violated},
          {"open", tally.open}};
}

// Six digits say enough, and no compiler's last bit shows.
double rounded(double number) { return std::round(number * 1e6) / 1e6; }

Json of(const harness::link::Score& score) {
  const auto interval = harness::link::interval(score);
  const double met = static_cast<double>(score.met), struck = static_cast<double>(score.struck);
  return {{"fault", score.fault},
          {"by_chance", score.by_chance},
          {"asked", rounded(score.asked)},
          {"spread", rounded(score.spread)},
          {"met", score.met},
          {"struck", score.struck},
          {"realised", score.met > 0 ? Json(rounded(struck / met)) : Json()},
          {"low", rounded(interval.low)},
          {"high", rounded(interval.high)}};
}

Json of(const Result& result) {
  Json json;
  json["scenario"] = result.scenario;
  json["selector"] = result.selector;
  json["title"] = result.title;
  json["rules"] = result.rules;
  json["claims"] = result.claims;
  json["target"] = result.target;
  json["target_version"] = result.version;
  json["wire"] = result.wire;
  json["ip"] = result.ip;
  json["seed"] = result.seed;
  json["repetition"] = result.repetition;
  json["strict"] = result.strict;
  json["profile"] = result.profile;
  json["verdict"] = harness::oracle::name(result.verdict);
  json["reason"] = result.reason;
  json["findings"] = Json::array();
  for (const Finding& finding : result.findings) json["findings"].push_back(of(finding));
  json["ledger"] = Json::array();
  for (const auto& tally : result.ledger) json["ledger"].push_back(of(tally));
  json["extra_faults"] = result.extra_faults;
  json["faults"] = Json::array();
  for (const auto& score : result.faults) json["faults"].push_back(of(score));
  json["warnings"] = result.warnings;
  json["segments"] = result.segments;
  json["span_ns"] = result.span_ns;
  json["played_ns"] = result.played_ns;
  json["ladder"] = result.ladder;
  json["awaited"] = result.awaited;
  return json;
}

// Text out of files and programs need not be UTF-8; JSON is.
std::string dump(const Json& json, int indent = -1) {
  return json.dump(indent, ' ', false, Json::error_handler_t::replace);
}

Verdict verdict_in(const Json& json) {
  const auto verdict = harness::oracle::verdict_named(json.at("verdict").get<std::string>());
  if (!verdict) throw Json::other_error::create(501, "no such verdict", &json);
  return *verdict;
}

Finding finding_in(const Json& json) {
  Finding finding{.checker = json.at("checker"),
                  .requirements = json.at("requirements"),
                  .record = json.value("record", harness::event::kNoRecord),
                  .verdict = verdict_in(json),
                  .expected = json.at("expected"),
                  .actual = json.at("actual"),
                  .text = json.at("text"),
                  .legal = json.at("legal"),
                  .cause = json.value("cause", harness::event::kNoRecord)};
  if (const auto due = json.find("due_ns"); due != json.end()) {
    finding.due = harness::clock::Instant{harness::clock::Duration{due->get<std::int64_t>()}};
  }
  if (const auto place = json.find("place"); place != json.end()) {
    finding.place = harness::event::Place{
        .file = place->at("file"), .line = place->at("line"), .column = place->at("column")};
  }
  return finding;
}

Result result_in(const Json& json) {
  Result result;
  json.at("scenario").get_to(result.scenario);
  json.at("selector").get_to(result.selector);
  json.at("title").get_to(result.title);
  json.at("rules").get_to(result.rules);
  json.at("claims").get_to(result.claims);
  json.at("target").get_to(result.target);
  json.at("target_version").get_to(result.version);
  json.at("wire").get_to(result.wire);
  json.at("ip").get_to(result.ip);
  json.at("seed").get_to(result.seed);
  json.at("repetition").get_to(result.repetition);
  json.at("strict").get_to(result.strict);
  json.at("profile").get_to(result.profile);
  result.verdict = verdict_in(json);
  json.at("reason").get_to(result.reason);
  for (const Json& finding : json.at("findings")) result.findings.push_back(finding_in(finding));
  for (const Json& tally : json.at("ledger")) {
    result.ledger.push_back({.requirement = tally.at("requirement"),
                             .exercised = tally.at("exercised"),
                             .held = tally.at("held"),
                             .violated = tally.at("violated"),
                             .open = tally.at("open")});
  }
  json.at("extra_faults").get_to(result.extra_faults);
  for (const Json& score : json.at("faults")) {
    result.faults.push_back({.fault = score.at("fault"),
                             .by_chance = score.at("by_chance"),
                             .asked = score.at("asked"),
                             .spread = score.at("spread"),
                             .met = score.at("met"),
                             .struck = score.at("struck")});
  }
  json.at("warnings").get_to(result.warnings);
  json.at("segments").get_to(result.segments);
  json.at("span_ns").get_to(result.span_ns);
  json.at("played_ns").get_to(result.played_ns);
  json.at("ladder").get_to(result.ladder);
  result.awaited = json.value("awaited", std::string{});  // Older reports have none.
  result.trace = json.value("trace", std::string{});
  return result;
}

Json of(const Counts& counts) {
  Json json;
  for (std::size_t i = 0; i < counts.verdicts.size(); ++i) {
    json[std::string{harness::oracle::name(static_cast<Verdict>(i))}] = counts.verdicts[i];
  }
  json["not-run"] = counts.not_run;
  return json;
}

}  // namespace

std::string to_json(const Result& result) { return dump(of(result)); }

std::string to_json_whole(const Result& result) {
  Json json = of(result);
  json["trace"] = result.trace;
  return dump(json);
}

std::expected<Result, std::string> from_json(std::string_view text) {
  try {
    return result_in(Json::parse(text));
  } catch (const Json::exception& error) {
    return std::unexpected(std::string{"not a result: "} + error.what());
  }
}

std::string to_json(const Run& run) {
  Json json;
  json["schema"] = "lastack-report";
  json["version"] = kSchemaVersion;
  json["tool"] = "lastack";
  json["tool_version"] = run.tool;
  json["target"] = run.target;
  json["target_version"] = run.version;
  json["ip"] = run.ip;
  json["seed"] = run.seed;
  json["repeat"] = run.repeat;
  json["strict"] = run.strict;
  json["interrupted"] = run.interrupted;
  json["counts"] = of(count(run));
  harness::oracle::Ledger ledger;
  for (const Result& result : run.results) add(ledger, result.ledger);
  json["ledger"] = Json::array();
  for (const auto& tally : ledger) json["ledger"].push_back(of(tally));
  json["results"] = Json::array();
  for (const Result& result : run.results) json["results"].push_back(of(result));
  json["not_run"] = Json::array();
  for (const NotRun& skipped : run.not_run) {
    json["not_run"].push_back(
        {{"scenario", skipped.scenario}, {"reason", skipped.reason}, {"runs", skipped.runs}});
  }
  return dump(json, 2) + '\n';
}

}  // namespace reports
