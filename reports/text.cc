#include "reports/text.h"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>
#include <iterator>
#include <set>
#include <span>

#include "harness/clock/print.h"
#include "harness/oracle/enforced.h"
#include "harness/rules/quotation.h"
#include "harness/rules/rule.h"
#include "reports/wrap.h"

namespace reports {
namespace {

using harness::oracle::Finding;
using harness::oracle::Verdict;

constexpr std::string_view kScript = "expectations", kModel = "rfc";
constexpr std::size_t kWidth = 109, kLabel = 10, kIndent = 2;

std::string_view plural(std::size_t n) { return n == 1 ? "" : "s"; }

void line(std::string& text, std::size_t indent, std::string_view content) {
  fmt::format_to(std::back_inserter(text), "{:{}}{}\n", "", indent, content);
}

// A label and what it is about, over as many lines as it takes.
void entry(std::string& text, std::string_view label, std::string_view content) {
  const std::size_t at = kIndent + 2 + kLabel;
  bool first = true;
  for (const auto& part : wrap(content, kWidth - at)) {
    fmt::format_to(std::back_inserter(text), "{:{}}{:<{}}{}\n", "", kIndent + 2, first ? label : "",
                   kLabel, part);
    first = false;
  }
}

void add_rule(std::string& text, std::string_view label, const std::string& id) {
  const auto* rule = harness::rules::find_rule(id);
  entry(text, label,
        rule == nullptr ? id
                        : fmt::format("{} ({}, {}): {}", id, harness::rules::name(rule->level),
                                      harness::rules::cite(*rule), rule->says));
}

// The sentence that was broken, where it is short enough not to hide the rest; `lastack explain`
// has the longer ones.
void add_words(std::string& text, const std::string& id) {
  constexpr std::size_t kLongest = 200;
  const auto words = harness::rules::quotation(id);
  if (words.empty() || words.size() > kLongest) return;
  entry(text, "it says", fmt::format("\"{}\"", words));
}

// What the model of the RFCs says of a run that is not as its script wants it: whether it is the
// target that is wrong, or the script that asks too much.
std::string model_on(const Result& result, const Finding& failed) {
  bool undecided = false;
  for (const Finding& finding : result.findings) {
    if (finding.checker != kModel) continue;
    if (finding.verdict != Verdict::Inconclusive) return "objects to this run too, see there";
    undecided = true;
  }
  if (undecided) return "cannot tell whether the RFCs allow this run";
  const bool missing = failed.actual == "no segment came";
  if (missing && !result.awaited.empty())
    return "cannot say yet: it waits " + plain(result.awaited);
  const auto unasked = [](const std::string& id) { return !harness::oracle::enforced(id); };
  if (!failed.requirements.empty() && std::ranges::all_of(failed.requirements, unasked)) {
    return fmt::format(
        "does not enforce {}: whether the target or the script is wrong it cannot say",
        fmt::join(failed.requirements, ", "));
  }
  return "has no objection to this run so far: the script may ask more than the RFCs do";
}

void add_finding(std::string& text, const Finding& finding, const Result& result,
                 std::set<std::string>& cited) {
  std::string head = plain(finding.text);
  if (finding.verdict != Verdict::Fail) {
    head = fmt::format("[{}] {}", harness::oracle::name(finding.verdict), head);
  }
  for (const auto& part : wrap(head, kWidth - kIndent, 2)) line(text, kIndent, part);
  // A head line that already says both is not said again.
  if (finding.text != fmt::format("expected {}, got {}", finding.expected, finding.actual)) {
    if (!finding.expected.empty()) entry(text, "expected", plain(finding.expected));
    if (!finding.actual.empty()) entry(text, "found", plain(finding.actual));
  }
  if (!finding.legal.empty()) entry(text, "legal", plain(finding.legal));
  if (finding.place) entry(text, "at", plain(finding.place->print()));
  const bool model = finding.checker == kModel;
  if (!finding.checker.empty()) {
    entry(text, "by", model ? "the model of the RFCs" : finding.checker);
  }
  if (finding.checker == kScript && finding.verdict == Verdict::Fail) {
    entry(text, "model", model_on(result, finding));
  }
  // A line of a script may fail for any reason; that is no proof that what the scenario is about
  // was broken.
  const std::string_view label = finding.checker == kScript ? "about" : "rule";
  for (const auto& id : finding.requirements) {
    // What a rule says is told once; several findings often cite the same.
    if (cited.insert(id).second) {
      add_rule(text, label, id);
      if (finding.checker != kScript) add_words(text, id);
    } else {
      entry(text, label, id + ", as above");
    }
    if (const auto asks = harness::oracle::enforced(id); model && asks) entry(text, "asks", *asks);
  }
}

}  // namespace

std::string subject(const Result& result) {
  const auto name = plain(result.scenario) +
                    (result.repetition > 0 ? fmt::format(" #{}", result.repetition + 1) : "");
  if (!result.reason.empty()) return fmt::format("{} ({})", name, plain(result.reason));
  return fmt::format("{} ({}{}, {}, {} segment{})", name, result.target,
                     result.ip == "v4" ? "" : ", " + result.ip,
                     harness::clock::human(harness::clock::Duration{result.span_ns}),
                     result.segments, plural(result.segments));
}

std::string shell_word(std::string_view word) {
  constexpr std::string_view kHarmless =
      "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789_-./+:,@%=";
  if (!word.empty() && word.find_first_not_of(kHarmless) == word.npos) return std::string{word};
  std::string quoted = "'";
  for (char c : word) quoted += c == '\'' ? std::string{"'\\''"} : std::string{c};
  return quoted + '\'';
}

std::string repeat_command(const Result& result) {
  return fmt::format("lastack run {} --target {}{} --seed {} --ip {}{}{}",
                     shell_word(result.selector), result.target,
                     result.wire.empty() ? "" : " --wire " + result.wire, result.seed, result.ip,
                     result.strict ? " --strict" : "",
                     result.profile.empty() ? "" : " --profile " + result.profile) +
         (result.extra_faults.empty() ? "" : " --faults " + shell_word(result.extra_faults));
}

bool wants_details(const Result& result) {
  return result.verdict == Verdict::Fail || result.verdict == Verdict::HarnessError ||
         result.verdict == Verdict::Inconclusive;
}

std::string advice(const Result& result) {
  std::string text;
  if (result.verdict != Verdict::NonStrict && result.verdict != Verdict::Known) return text;
  std::set<std::string> said;  // What it does again and again is told once.
  for (const Finding& finding : result.findings) {
    const auto sentence =
        finding.requirements.empty()
            ? plain(finding.text)
            : fmt::format("{} ({})", plain(finding.text), fmt::join(finding.requirements, ", "));
    if (!said.insert(sentence).second) continue;
    for (const auto& part : wrap(sentence, kWidth - kIndent, 2)) line(text, kIndent, part);
  }
  if (!said.empty() && result.verdict == Verdict::NonStrict) {
    line(text, kIndent, "to see where, among the segments: the same with --strict");
  }
  return text;
}

std::string details(const Result& result, std::string_view repeat_command) {
  std::string text;
  if (!result.title.empty()) line(text, kIndent, plain(result.title));
  std::set<std::string> cited;
  for (const Finding& finding : result.findings) {
    text += '\n';
    add_finding(text, finding, result, cited);
  }
  if (!result.ladder.empty()) text += '\n' + result.ladder;
  text += '\n';
  line(text, kIndent, fmt::format("repeat it: {}", repeat_command));
  return text;
}

std::string faults(const Run& run) {
  std::vector<harness::link::Score> all;
  for (const Result& result : run.results) harness::link::add(all, result.faults);
  std::string text;
  for (const auto& score : all) line(text, 0, "fault: " + plain(harness::link::print(score)));
  return text;
}

std::string summary(const Run& run) {
  const Counts counts = count(run);
  std::set<std::string_view> scenarios;
  for (const Result& result : run.results) scenarios.insert(result.scenario);
  for (const NotRun& skipped : run.not_run) scenarios.insert(skipped.scenario);
  std::string text = fmt::format("{} scenario{}", scenarios.size(), plural(scenarios.size()));
  if (run.repeat > 1) text += fmt::format(", each {} times", run.repeat);
  for (std::size_t i = 0; i < counts.verdicts.size(); ++i) {
    text += fmt::format("{} {} {}", i == 0 ? ":" : ",", counts.verdicts[i],
                        harness::oracle::name(static_cast<Verdict>(i)));
  }
  text += fmt::format(", {} not run", counts.not_run);
  // The exit status is 0: whoever only looks at that shall find it here.
  const auto applicable = [](const Result& one) { return one.verdict != Verdict::NotApplicable; };
  if (!run.results.empty() && std::ranges::none_of(run.results, applicable)) {
    text +=
        "\nnothing was put to the test: of each scenario it is said above why it is not-applicable";
  }
  return text;
}

std::string to_text(const Run& run) {
  std::string text = fmt::format("lastack {}: target {}, {}, seed {}\n\n", run.tool,
                                 run.version.empty() ? run.target : run.target + ' ' + run.version,
                                 run.ip, run.seed);
  for (const Result& result : run.results) {
    line(text, 0, fmt::format("{:<4}  {}", harness::oracle::name(result.verdict), subject(result)));
    for (const auto& warning : result.warnings) line(text, kIndent, "warning: " + plain(warning));
    for (const auto& score : result.faults) {
      line(text, kIndent, "fault: " + plain(harness::link::print(score)));
    }
    text += advice(result);
    if (wants_details(result)) text += details(result, repeat_command(result)) + '\n';
  }
  for (const NotRun& skipped : run.not_run) {
    line(text, 0, fmt::format("not run  {} ({})", plain(skipped.scenario), plain(skipped.reason)));
  }
  if (run.interrupted) text += "\ninterrupted\n";
  return text + '\n' + summary(run) + '\n';
}

}  // namespace reports
