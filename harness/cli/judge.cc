#include "harness/cli/judge.h"

#include <fmt/format.h>

#include <algorithm>
#include <filesystem>
#include <iostream>
#include <tuple>
#include <utility>

#include "harness/campaign/judge_trace.h"
#include "harness/cli/console.h"
#include "harness/cli/exit.h"
#include "harness/cli/parse_options.h"
#include "harness/cli/read_file.h"
#include "harness/cli/read_record.h"
#include "harness/cli/store.h"
#include "reports/json.h"
#include "reports/of_run.h"
#include "reports/text.h"
#include "reports/wrap.h"

namespace harness::cli {

namespace fs = std::filesystem;
namespace po = boost::program_options;
using oracle::Finding;
using oracle::Verdict;
using reports::Result;

namespace {

constexpr std::string_view kJudgeHelp =
    R"(A trace is a file that `lastack run --out DIR` left below DIR/traces; all that is to be known of its
run stands in it. Of a folder that --out wrote, every trace is judged again, and the findings must
be those that its results tell of.

  lastack judge here/traces/close/simultaneous.trace
  lastack judge here              judge all of a run again, and compare
)";

po::options_description judge_options() {
  po::options_description options{"options", 96};
  options.add_options()("json", "one JSON object on a line for each trace, as in results.jsonl");
  return options;
}

// What is said of one trace. One that cannot be read is a HarnessError.
Result judged(const fs::path& file) {
  event::Trace trace;
  if (auto read = read_record(file, trace); !read) {
    Result result = reports::blank_result(event::Trace{});
    result.scenario = result.selector = file.string();
    result.verdict = Verdict::HarnessError;
    result.reason = std::move(read.error());
    return result;
  }
  Result result = reports::blank_result(trace);
  // A capture is no scenario's.
  if (result.scenario.empty()) result.scenario = result.selector = file.string();
  reports::put(result, campaign::judge_trace(trace));
  reports::put(result, trace);
  return result;
}

// A finding without what is added to it after a run: that it is known, or did not repeat.
using Said = std::tuple<std::string, std::vector<std::string>, std::uint32_t, std::uint32_t,
                        std::string, std::string, std::string>;
std::vector<Said> said(const Result& result) {
  std::vector<Said> all;
  for (const Finding& f : result.findings) {
    if (f.checker == "repetition" || f.checker == "deviations") continue;
    all.emplace_back(f.checker, f.requirements, f.record, f.cause, f.expected, f.actual, f.legal);
  }
  return all;
}

std::string difference(const Result& stored, const Result& again) {
  const auto then = said(stored), now = said(again);
  for (std::size_t i = 0; i < std::max(then.size(), now.size()); ++i) {
    if (i < then.size() && i < now.size() && then[i] == now[i]) continue;
    const auto print = [i](const std::vector<Said>& all) {
      if (i >= all.size()) return std::string{"nothing more"};
      const auto& [checker, rules, record, cause, expected, actual, legal] = all[i];
      return fmt::format("`expected {}, got {}` by {} at record {}", expected, actual, checker,
                         record);
    };
    return fmt::format("the run found {}, and now there is {}", print(then), print(now));
  }
  if (stored.ledger != again.ledger) return "the ledger is another";
  return {};
}

// A folder of --out: its traces by the results they belong to.
int judge_folder(const fs::path& folder, Console& console) {
  const auto text = read_file(folder / "results.jsonl");
  std::string_view rest = text;
  std::size_t same = 0, other = 0;
  for (std::uint32_t number = 1; !rest.empty(); ++number) {
    const auto line = rest.substr(0, rest.find('\n'));
    rest.remove_prefix(std::min(line.size() + 1, rest.size()));
    const auto stored = reports::from_json(line);
    if (!stored) {
      std::cerr << fmt::format("lastack judge: {}:{}: {}\n", (folder / "results.jsonl").string(),
                               number, stored.error());
      return kError;
    }
    // What was not run, or broke down on the way, has nothing that could be judged.
    if (stored->verdict == Verdict::NotApplicable || !stored->reason.empty()) continue;
    const auto name = trace_name(*stored);
    const auto again = judged(folder / "traces" / (name + ".trace"));
    const auto differs =
        again.verdict == Verdict::HarnessError ? again.reason : difference(*stored, again);
    ++(differs.empty() ? same : other);
    if (!differs.empty()) console.print(fmt::format("differs  {}: {}\n", name, differs));
  }
  console.print(fmt::format("{} trace{} judged again: {} as before, {} differ\n", same + other,
                            same + other == 1 ? "" : "s", same, other));
  return other > 0 ? kFail : kSuccess;
}

int judge_files(const std::vector<std::string>& files, bool json, Console& console) {
  reports::Run run;
  for (const auto& file : files) {
    auto result = judged(file);
    if (json) {
      console.print(reports::to_json(result) + '\n');
    } else {
      const auto said_already = result.scenario == file;
      console.print(fmt::format("{:<4}  {}{}\n", oracle::name(result.verdict),
                                said_already ? "" : reports::plain(file) + ": ",
                                reports::subject(result)));
      if (reports::wants_details(result) || result.verdict == Verdict::NonStrict) {
        console.print(reports::details(result, "lastack judge " + reports::shell_word(file)) +
                      '\n');
      }
    }
    run.results.push_back(std::move(result));
  }
  return reports::exit_status(run);
}

int judge(std::span<const std::string> words) {
  const auto parsed = parse_options(words, judge_options());
  if (!parsed) return usage_error(parsed.error(), "judge");
  if (parsed->words.empty()) return usage_error("say which trace, or the folder of a run", "judge");
  std::vector<std::string> files;
  Console console;
  int status = kSuccess;
  for (const auto& word : parsed->words) {
    std::error_code error;
    if (fs::is_directory(word, error)) {
      status = std::max(status, judge_folder(word, console));
    } else {
      files.push_back(word);
    }
  }
  status = std::max(status, judge_files(files, parsed->has("json"), console));
  return status_of(console, status);
}

}  // namespace

Command judge_command() {
  return {.name = "judge",
          .arguments = "TRACE...|DIR... [options]",
          .says = "Judges the stored record of a run again.",
          .more = kJudgeHelp,
          .options = judge_options,
          .run = judge};
}

}  // namespace harness::cli
