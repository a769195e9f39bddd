#include "reports/tap.h"

#include <fmt/format.h>

#include <iterator>
#include <nlohmann/json.hpp>
#include <string_view>

#include "reports/outcome.h"
#include "reports/text.h"
#include "reports/wrap.h"

namespace reports {
namespace {

using harness::oracle::Finding;
using harness::oracle::Verdict;

// In a description a number sign begins a directive, and a backslash takes that from it.
std::string escaped(std::string_view text) {
  std::string written;
  for (const char c : text) {
    if (c == '#' || c == '\\') written += '\\';
    written += c;
  }
  return written;
}

// A JSON string is a YAML string too.
std::string as_string(std::string_view text) {
  return nlohmann::json(plain(text)).dump(-1, ' ', false, nlohmann::json::error_handler_t::replace);
}

void entry(std::string& text, std::string_view indent, std::string_view key,
           std::string_view value) {
  if (value.empty()) return;
  fmt::format_to(std::back_inserter(text), "{}{}: {}\n", indent, key, as_string(value));
}

void add_finding(std::string& text, const Finding& finding) {
  fmt::format_to(std::back_inserter(text), "    - verdict: {}\n",
                 harness::oracle::name(finding.verdict));
  entry(text, "      ", "message", finding.text);
  entry(text, "      ", "expected", finding.expected);
  entry(text, "      ", "found", finding.actual);
  if (finding.place) entry(text, "      ", "at", finding.place->print());
  entry(text, "      ", "by", finding.checker);
  if (finding.requirements.empty()) return;
  text += "      rules:\n";
  for (const auto& id : finding.requirements) text += "        - " + as_string(id) + '\n';
}

void add_ladder(std::string& text, std::string_view ladder) {
  if (ladder.empty()) return;
  // Line by line: not every reader of TAP knows the blocks of YAML.
  text += "  ladder:\n";
  while (!ladder.empty()) {
    const auto end = ladder.find('\n');
    text += "    - " + as_string(ladder.substr(0, end)) + '\n';
    ladder.remove_prefix(end == ladder.npos ? ladder.size() : end + 1);
  }
}

void add_diagnostics(std::string& text, const Result& result) {
  text += "  ---\n";
  fmt::format_to(std::back_inserter(text), "  verdict: {}\n",
                 harness::oracle::name(result.verdict));
  entry(text, "  ", "title", result.title);
  entry(text, "  ", "reason", result.reason);
  if (!result.findings.empty()) text += "  findings:\n";
  for (const Finding& finding : result.findings) add_finding(text, finding);
  add_ladder(text, result.ladder);
  entry(text, "  ", "repeat", repeat_command(result));
  text += "  ...\n";
}

std::string directive(const Result& result) {
  const auto with = [&](std::string_view word) {
    const auto why = message(result);
    return fmt::format(" # {} {}{}{}", word, harness::oracle::name(result.verdict),
                       why.empty() ? "" : ": ", why);
  };
  switch (result.verdict) {
    case Verdict::Known:
      return with("TODO");
    case Verdict::Inconclusive:
    case Verdict::NotApplicable:
      return with("SKIP");
    case Verdict::Pass:
    case Verdict::NonStrict:
    case Verdict::Fail:
    case Verdict::HarnessError:
      break;
  }
  return {};
}

bool ok(Verdict verdict) {
  return verdict != Verdict::Fail && verdict != Verdict::HarnessError && verdict != Verdict::Known;
}

std::string described(const CaseName& name) {
  return escaped(name.topic.empty() ? name.name : name.topic + '/' + name.name);
}

}  // namespace

std::string to_tap(const Run& run) {
  std::size_t tests = run.results.size();
  for (const NotRun& skipped : run.not_run) tests += skipped.runs;
  std::string text = fmt::format("TAP version 14\n1..{}{}\n", tests,
                                 tests == 0 ? " # SKIP there is nothing to run" : "");
  std::size_t number = 0;
  for (const Result& result : run.results) {
    fmt::format_to(std::back_inserter(text), "{} {} - {}{}\n", ok(result.verdict) ? "ok" : "not ok",
                   ++number, described(case_name(result)), directive(result));
    if (result.verdict != Verdict::Pass && result.verdict != Verdict::NotApplicable) {
      add_diagnostics(text, result);
    }
  }
  for (const NotRun& skipped : run.not_run) {
    for (std::uint32_t i = 0; i < skipped.runs; ++i) {
      fmt::format_to(std::back_inserter(text), "ok {} - {} # SKIP not run: {}\n", ++number,
                     described(case_name(skipped.scenario, i)), plain(skipped.reason));
    }
  }
  if (run.interrupted) text += "Bail out! interrupted\n";
  return text;
}

}  // namespace reports
