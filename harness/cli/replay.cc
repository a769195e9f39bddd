#include "harness/cli/replay.h"

#include <fmt/format.h>

#include <algorithm>
#include <expected>
#include <filesystem>
#include <iostream>
#include <iterator>
#include <map>
#include <optional>
#include <stdexcept>
#include <utility>

#include "harness/base/system_error.h"
#include "harness/campaign/replay.h"
#include "harness/cli/console.h"
#include "harness/cli/exit.h"
#include "harness/cli/parse_options.h"
#include "harness/cli/pool.h"
#include "harness/cli/read_record.h"
#include "harness/cli/stop.h"
#include "harness/cli/write_file.h"
#include "harness/event/start.h"
#include "harness/event/text.h"
#include "harness/oracle/awaited.h"
#include "harness/target/catalogue/catalogue.h"
#include "reports/json.h"
#include "reports/ladder.h"
#include "reports/of_run.h"
#include "reports/text.h"

namespace harness::cli {

namespace fs = std::filesystem;
namespace po = boost::program_options;
using oracle::Verdict;

namespace {

constexpr std::string_view kReplayHelp =
    R"(A run is a record that `lastack run --out DIR` left below DIR/traces, or one of --found or --trace;
DIR itself is all of its runs, and DIR and ids of scenarios behind it are some. All is done again as
it is written there: what the peer sent, what the application called, and what the link did to each
segment, without dice. On the target of the record the new one must be the same to the octet, if it
has virtual time; on another, and on a real clock, the RFCs judge what comes, and the last line says
why it was not compared.

  lastack replay here/traces/close/simultaneous.trace
  lastack replay here close/simultaneous      the same
  lastack replay here --target linux          all of them, on the kernel
)";

po::options_description replay_options() {
  po::options_description options{"options", 96};
  const auto text = [] { return po::value<std::string>(); };
  options.add_options()                                                                         //
      ("target", text()->value_name("NAME"), "another target; default: the one of the record")  //
      ("wire", text()->value_name("raw|tun"), "how segments get to linux")                      //
      ("trace", text()->value_name("FILE"), "of one run: write the new record there")           //
      ("json", "one JSON object on a line for each run, as in results.jsonl");
  return options;
}

// What of a word of the command line is meant; an error is a sentence.
std::expected<std::vector<fs::path>, std::string> runs_of(const std::vector<std::string>& words) {
  std::vector<fs::path> runs;
  std::optional<fs::path> folder;
  bool some = true;
  const auto all_of = [&] {
    std::vector<fs::path> all;
    std::error_code error;
    for (fs::recursive_directory_iterator at{*folder, error}, end; !error && at != end;
         at.increment(error)) {
      if (at->path().extension() == ".trace") all.push_back(at->path());
    }
    std::ranges::sort(all);
    std::ranges::move(all, std::back_inserter(runs));
    return !all.empty();
  };
  for (const auto& word : words) {
    std::error_code error;
    if (fs::is_directory(word, error)) {
      if (!some && !all_of())
        return std::unexpected(fmt::format("no run is below {}", folder->string()));
      folder = word;
      if (fs::is_directory(*folder / "traces", error)) *folder /= "traces";
      some = false;
    } else if (fs::exists(word, error)) {
      runs.emplace_back(word);
    } else if (folder && fs::exists(*folder / (word + ".trace"), error)) {
      runs.push_back(*folder / (word + ".trace"));
      some = true;
    } else if (folder) {
      return std::unexpected(fmt::format("there is no run `{}` below {}", word, folder->string()));
    } else {
      return std::unexpected(fmt::format("there is no file `{}`", word));
    }
  }
  if (!some && !all_of())
    return std::unexpected(fmt::format("no run is below {}", folder->string()));
  return runs;
}

// What nobody can do again.
reports::Result broken(const fs::path& file, std::string why) {
  reports::Result result;
  result.scenario = result.selector = file.string();
  result.verdict = Verdict::HarnessError;
  result.reason = std::move(why);
  return result;
}

constexpr std::string_view kJudged = "judged";  // Not compared.

struct Asked {
  std::optional<std::string> target, wire, trace;
  bool json = false;
  const volatile std::sig_atomic_t* stop = nullptr;
};

// In the worker.
reports::Result again(const fs::path& file, const event::Trace& log,
                      const target::catalogue::Choice& choice, const Asked& asked) {
  const auto start = event::start_of(log);
  event::Trace trace;
  auto replayed = campaign::replay(log, choice.make, {.stop = asked.stop}, trace);
  reports::Result result;
  result.scenario = std::string{start.get("scenario")};
  result.selector = file.string();
  result.target = choice.name;
  const bool six = start.get("local").find(':') != std::string_view::npos;
  result.ip = six ? "v6" : start.get("mapped") == "yes" ? "mapped" : "v4";
  result.verdict = replayed.judgement.verdict;
  result.reason = replayed.reason;
  result.findings = std::move(replayed.judgement.findings);
  result.ledger = std::move(replayed.judgement.ledger);
  for (const auto& [key, value] : start.facts()) {
    if (key == "rule") result.rules.push_back(value);
  }
  if (trace.size() > 0) {
    result.version = event::start_of(trace).get("version");
    result.segments = reports::sent_segments(trace);
    result.span_ns = (trace[trace.size() - 1].at - trace[0].at).count();
    if (result.verdict != Verdict::Pass) {
      result.ladder = reports::ladder(trace, result.findings);
      result.awaited = harness::oracle::awaited(trace);
    }
  }
  result.trace = event::to_text(trace);
  if (replayed.interrupted) {
    result.warnings = {"interrupted"};
  } else if (replayed.alike) {
    result.warnings = {replayed.difference.empty() ? "same" : "differs", replayed.difference};
  } else if (result.verdict != Verdict::HarnessError) {
    result.warnings = {std::string{kJudged}, replayed.incomparable};
  }
  return result;
}

class Replayer {
 public:
  Replayer(const Asked& asked, Console& console) : asked_(asked), console_(console) {}

  void run(const fs::path& file) {
    event::Trace log;
    if (auto read = read_record(file, log); !read) return tell(broken(file, read.error()));
    if (const auto why = campaign::cannot_replay(log)) {
      return tell(broken(file, fmt::format("{}: {}", file.string(), *why)));
    }
    const auto name = asked_.target.value_or(campaign::target_of(log));
    const auto choice = target::catalogue::choose(name, asked_.wire);
    if (!choice) {
      return tell(broken(file, fmt::format("{}: its target: {}", file.string(), choice.error())));
    }
    if (const auto there = target::catalogue::available(*choice); !there) {
      return tell(broken(file, there.error()));
    }
    in_worker(file, log, *choice);
  }

  int status() const { return status_; }

  // Of runs that could not be held against their records, and why.
  void tell_of_judged() {
    if (asked_.json) return;
    for (const auto& [why, count] : judged_) {
      console_.print(
          fmt::format("{} not compared but judged by the RFCs, without what scripts "
                      "expected: {}\n",
                      count == 1 ? "this run was" : fmt::format("{} runs were", count), why));
    }
  }

 private:
  void in_worker(const fs::path& file, const event::Trace& log,
                 const target::catalogue::Choice& choice) {
    struct One final : PoolEvents {
      std::optional<reports::Result> result;
      std::string how = "was interrupted";
      void started(std::uint32_t) override {}
      void finished(std::uint32_t, const std::string& octets) override {
        if (auto read = reports::from_json(octets)) result = std::move(*read);
      }
      void lost(std::uint32_t, const std::string& text) override { how = text; }
      void said(const std::string& text) override { std::cerr << text; }
    } one;
    const auto work = [&](std::uint32_t) {
      auto done = target::catalogue::apart(
          choice, [&] { return reports::to_json_whole(again(file, log, choice, asked_)); },
          asked_.stop);
      if (!done) throw std::runtime_error(fmt::format("it {}", done.error()));
      return std::move(*done);
    };
    run_pool(1, 1, work, one, asked_.stop);
    if (!one.result) return tell(broken(file, fmt::format("the process that did it {}", one.how)));
    tell(*one.result);
  }

  void tell(const reports::Result& result) {
    const auto said = result.warnings.empty() ? std::string{kJudged} : result.warnings[0];
    const auto more = result.warnings.size() > 1 ? result.warnings[1] : std::string{};
    const bool compared = said != kJudged;
    const auto word = compared ? said : std::string{oracle::name(result.verdict)};
    if (!compared && !more.empty()) ++judged_[more];
    const bool good =
        word == "same" || (word != "differs" && result.verdict < Verdict::Inconclusive);
    if (asked_.json) {
      console_.print(reports::to_json(result) + '\n');
    } else {
      console_.print(fmt::format(
          "{}  {}\n", console_.paint(good ? Console::Colour::Good : Console::Colour::Bad, word),
          reports::subject(result)));
      if (compared && !more.empty()) console_.print(fmt::format("  {}\n", more));
      auto shown = result;
      shown.warnings.clear();
      if (!compared && reports::wants_details(shown)) {
        auto command = fmt::format("lastack replay {}", reports::shell_word(result.selector));
        if (asked_.target) {
          command += fmt::format(" --target {}", reports::shell_word(*asked_.target));
        }
        console_.print(reports::details(shown, command) + '\n');
      }
    }
    note_status(word, result.verdict);
    if (!asked_.trace || result.trace.empty()) return;
    if (const auto why = write_file(*asked_.trace, result.trace, IfThere::Replace)) {
      std::cerr << "lastack: " << *why << '\n';
      status_ = kError;
    }
  }

  void note_status(const std::string& word, Verdict verdict) {
    int status = kSuccess;
    if (word == "interrupted" || verdict == Verdict::HarnessError) {
      status = kError;
    } else if (word == "differs" || (word != "same" && verdict == Verdict::Fail)) {
      status = kFail;
    } else if (word != "same" && verdict == Verdict::Inconclusive) {
      status = kInconclusive;
    }
    // What broke is worse than what failed, and what failed than what nobody knows.
    constexpr auto rank = [](int one) { return one == kInconclusive ? 0 : one == kFail ? 1 : 2; };
    if (status != kSuccess && (status_ == kSuccess || rank(status) > rank(status_))) {
      status_ = status;
    }
  }

  const Asked& asked_;
  Console& console_;
  std::map<std::string, std::size_t> judged_;
  int status_ = kSuccess;
};

int replay(std::span<const std::string> words) {
  const auto* const stop = catch_stop();
  const auto parsed = parse_options(words, replay_options());
  if (!parsed) return usage_error(parsed.error(), "replay");
  if (parsed->words.empty()) {
    return usage_error("say which run: its record, or the folder of --out", "replay");
  }
  Asked asked{.target = parsed->if_given("target"),
              .wire = parsed->if_given("wire"),
              .trace = parsed->if_given("trace"),
              .json = parsed->has("json"),
              .stop = stop};
  if (asked.target) {
    const auto choice = target::catalogue::choose(*asked.target, asked.wire);
    if (!choice) return usage_error(choice.error(), "replay");
  }
  const auto runs = runs_of(parsed->words);
  if (!runs) return usage_error(runs.error(), "replay");
  if (asked.trace && runs->size() != 1) {
    return usage_error(fmt::format("--trace is for one run, and there are {}", runs->size()),
                       "replay");
  }
  Console console;
  Replayer replayer{asked, console};
  int status = kSuccess;
  try {
    for (const auto& run : *runs) {
      if (*asked.stop != 0) break;
      replayer.run(run);
    }
  } catch (const base::SystemError& error) {
    std::cerr << "lastack: " << error.what() << '\n';
    status = kError;
  }
  replayer.tell_of_judged();
  if (*asked.stop != 0) {
    std::cerr << "lastack: interrupted\n";
    status = kError;
  }
  if (console.error()) {
    std::cerr << "lastack: " << *console.error() << '\n';
    status = kError;
  }
  return std::max(status, replayer.status());
}

}  // namespace

Command replay_command() {
  return {.name = "replay",
          .arguments = "RUN... [options]",
          .says = "Does a stored run again, on its target or another.",
          .more = kReplayHelp,
          .options = replay_options,
          .run = replay};
}

}  // namespace harness::cli
