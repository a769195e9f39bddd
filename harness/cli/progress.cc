#include "harness/cli/progress.h"

#include <fmt/format.h>

#include <algorithm>
#include <iostream>
#include <map>
#include <utility>

#include "reports/text.h"
#include "reports/wrap.h"

namespace harness::cli {
namespace {

using oracle::Verdict;

Console::Colour colour_of(Verdict verdict) {
  switch (verdict) {
    case Verdict::Pass:
      return Console::Colour::Good;
    case Verdict::Fail:
    case Verdict::HarnessError:
      return Console::Colour::Bad;
    case Verdict::NonStrict:
    case Verdict::Inconclusive:
    case Verdict::Known:
      return Console::Colour::Odd;
    case Verdict::NotApplicable:
      break;
  }
  return Console::Colour::Faint;
}

}  // namespace

std::vector<std::string> unsteady(const reports::Run& run) {
  std::map<std::pair<std::string_view, std::string_view>, Verdict> first;
  std::vector<std::string> names;
  for (const auto& result : run.results) {
    const auto [known, is_new] = first.try_emplace(
        std::pair{std::string_view{result.scenario}, std::string_view{result.ip}}, result.verdict);
    const bool told = std::ranges::find(names, result.scenario) != names.end();
    if (!is_new && known->second != result.verdict && !told) names.push_back(result.scenario);
  }
  return names;
}

void Progress::started(std::string_view scenario) {
  current_ = scenario;
  if (console_.live()) show_status();
}

void Progress::show_status() {
  std::string text = fmt::format("[{}/{}]", done_, total_);
  for (std::size_t i = 0; i < counts_.verdicts.size(); ++i) {
    if (counts_.verdicts[i] == 0) continue;
    text += fmt::format(" {} {}", counts_.verdicts[i], oracle::name(static_cast<Verdict>(i)));
  }
  console_.status(fmt::format("{}  {}", text, current_));
}

void Progress::finished(const reports::Result& result) {
  ++done_;
  counts_.add(result.verdict);
  const bool details = reports::wants_details(result);
  const auto advice = reports::advice(result);
  if (details || !console_.live() || !result.warnings.empty() || !advice.empty()) {
    const auto verdict = fmt::format("{:<4}", oracle::name(result.verdict));
    auto text = fmt::format("{}  {}\n", console_.paint(colour_of(result.verdict), verdict),
                            reports::subject(result));
    for (const auto& warning : result.warnings) {
      text += fmt::format("  warning: {}\n", reports::plain(warning));
    }
    text += advice;
    if (details) {
      text += reports::details(result, reports::repeat_command(result) + again_) + '\n';
    }
    console_.print(text);
  }
  if (console_.live()) show_status();
}

void Progress::unread(const reports::Result& result, const event::Place& place) {
  ++done_;
  counts_.add(result.verdict);
  const auto verdict = console_.paint(colour_of(result.verdict), oracle::name(result.verdict));
  auto told = result;
  told.reason = place.print() + ": the script cannot be read";
  console_.print(fmt::format("{}  {}\n", verdict, reports::subject(told)));
  if (console_.live()) show_status();
}

void Progress::said(std::string_view text) {
  console_.clear_status();
  std::cerr << text;
  if (!text.ends_with('\n')) std::cerr << '\n';
}

// Which they were, where there are several: one may be far up by now.
std::string all_of(const reports::Run& run, Verdict verdict) {
  std::string names;
  std::size_t count = 0;
  for (const auto& result : run.results) {
    if (result.verdict != verdict || result.repetition > 0) continue;
    names += (count++ == 0 ? "" : ", ") + reports::plain(result.scenario) +
             (result.ip == "v4" ? "" : fmt::format(" ({})", result.ip));
  }
  if (count < 2) return {};
  std::string text;
  constexpr std::size_t kColumns = 100, kIndent = 2;
  for (const auto& part :
       reports::wrap(fmt::format("{}: {}", oracle::name(verdict), names), kColumns, kIndent)) {
    text += part + '\n';
  }
  return text;
}

void Progress::end(const reports::Run& run) {
  std::string text;
  for (const auto& skipped : run.not_run) {
    // After Ctrl-C the number is enough.
    if (skipped.reason == "interrupted") continue;
    text += fmt::format("not run  {} ({})\n", reports::plain(skipped.scenario),
                        reports::plain(skipped.reason));
  }
  for (const auto& name : unsteady(run)) {
    text += fmt::format("{} got different verdicts\n", reports::plain(name));
  }
  for (const auto verdict : {Verdict::HarnessError, Verdict::Fail, Verdict::Inconclusive}) {
    text += all_of(run, verdict);
  }
  console_.print(text + reports::summary(run) + '\n');
}

}  // namespace harness::cli
