#include "harness/cli/run.h"

#include <fmt/format.h>
#include <unistd.h>

#include <algorithm>
#include <cstdlib>
#include <iostream>
#include <iterator>
#include <memory>
#include <optional>

#include "harness/base/rng.h"
#include "harness/base/system_error.h"
#include "harness/cli/exit.h"
#include "harness/cli/known.h"
#include "harness/cli/progress.h"
#include "harness/cli/run_options.h"
#include "harness/cli/select.h"
#include "harness/cli/session.h"
#include "harness/cli/stop.h"
#include "harness/cli/store.h"
#include "harness/cli/version.h"
#include "harness/clock/clock.h"
#include "harness/clock/print.h"
#include "reports/text.h"

namespace harness::cli {
namespace {

constexpr std::string_view kRunHelp =
    R"(A selector is the path of a file or folder, a scenario's id (close/simultaneous) or its folder
(close), a glob over ids ('*/fin*'), or the id of a requirement (MUST-13) or of a claim (S2-12).
Without one, all are run.

  lastack run                                    all, on the engine
  lastack run close --target linux --seed 7      one folder, on the Linux kernel
  lastack run my.pkt --out here                  a file of yours; its record goes to here/traces
)";

// What is to be run, and what is not.
struct Work {
  std::vector<Job> jobs;
  std::vector<reports::NotRun> not_run;
};

// A scenario that says what it is runs as that, and once.
std::vector<campaign::Family> families_of(const Entry::Read& scenario,
                                          const std::vector<campaign::Family>& wanted) {
  if (!scenario || scenario->options.family) return {wanted.front()};
  return wanted;
}

void shuffle(std::vector<Job>& jobs, base::Rng dice) {
  for (std::size_t left = jobs.size(); left > 1; --left) {
    std::swap(jobs[left - 1], jobs[dice.below(left)]);
  }
}

Work work_of(const Suite& suite, const std::vector<Selected>& selected,
             const RunArguments& arguments, bool virtual_time) {
  Work work;
  for (const auto& one : selected) {
    const Entry& entry = suite.entries()[one.entry];
    const auto& scenario = entry.read();
    if (!scenario) std::cerr << scenario.error().print();
    const auto families = families_of(scenario, arguments.ip);
    const bool slow = scenario && scenario->slow && !virtual_time;
    if (slow && !arguments.slow && !one.by_name) {
      work.not_run.push_back({entry.id(), "slow: " + *scenario->slow,
                              arguments.repeat * static_cast<std::uint32_t>(families.size())});
      continue;
    }
    for (const auto ip : families) {
      for (std::uint32_t i = 0; i < arguments.repeat; ++i) work.jobs.push_back({&entry, ip, i});
    }
  }
  if (arguments.shuffle) shuffle(work.jobs, base::Rng{*arguments.shuffle});
  return work;
}

int conclude(const reports::Run& run, const RunArguments& arguments, const Console& console,
             const std::optional<Store>& store) {
  int status = reports::exit_status(run);
  if (run.interrupted) std::cerr << "lastack: interrupted; what was not run is counted as such\n";
  if (store && store->error()) {
    std::cerr << "lastack: " << *store->error() << "; " << *arguments.out << " is not complete\n";
    status = kError;
  }
  if (console.error()) {
    std::cerr << "lastack: " << *console.error() << '\n';
    status = kError;
  }
  return status;
}

// What a scenario costs in time that passes beside its own: set-up and judging.
std::string beyond_span(const reports::Run& run, clock::Duration took) {
  if (run.results.empty()) return {};
  for (const auto& result : run.results) took -= clock::Duration{result.played_ns};
  const auto each = took / static_cast<clock::Duration::rep>(run.results.size());
  return fmt::format(", of it {} per scenario beyond its own", clock::human(each));
}

// More than a few per processor would only wait for each other, and fewer than two in a row for one
// are not worth the measuring.
unsigned jobs_for(const target::catalogue::Choice& choice, std::size_t count) {
  constexpr std::size_t kPerProcessor = 4, kMost = 16, kInARow = 2;
  const auto processors = static_cast<std::size_t>(std::max(::sysconf(_SC_NPROCESSORS_ONLN), 1L));
  const auto most = std::min({processors * kPerProcessor, kMost, count / kInARow});
  return target::catalogue::jobs_at_once(choice, static_cast<unsigned>(most));
}

// What a command that repeats a scenario needs and its result does not tell.
std::string again(const RunArguments& arguments) {
  const char* of_environment = std::getenv("LASTACK_SCENARIOS");
  const auto scenarios = arguments.scenarios.value_or(of_environment ? of_environment : "");
  std::string text = arguments.evidence == false ? " --evidence off" : "";
  const auto file = [&text](std::string_view option, const std::string& path) {
    if (!path.empty()) text += fmt::format(" {} {}", option, reports::shell_word(path));
  };
  file("--scenarios", scenarios);
  file("--known", arguments.known.value_or(""));
  file("--xfail", arguments.xfail.value_or(""));
  return text;
}

int run_all(const RunArguments& arguments, const Plan& plan, Work work) {
  // Measured before the time of the run begins, which it is no part of.
  const bool measured = !arguments.jobs && !plan.unavailable && *plan.options.stop == 0;
  const unsigned jobs =
      measured ? jobs_for(plan.choice, work.jobs.size()) : arguments.jobs.value_or(1);
  const clock::SteadyClock wall;
  Console console;
  std::optional<Store> store;
  if (arguments.out) store.emplace(*arguments.out, arguments.reports);
  if (store && store->error()) {
    std::cerr << "lastack: " << *store->error() << "; nothing was run\n";
    return kError;
  }
  Progress progress{console, work.jobs.size(), again(arguments)};
  Session session{work.jobs,
                  plan,
                  {.started = [&](const Job& job) { progress.started(job.entry->id()); },
                   .ended =
                       [&](const reports::Result& result) {
                         if (store) store->keep(result);
                       },
                   .told =
                       [&](const Job& job, const reports::Result& result) {
                         const auto& read = job.entry->read();
                         if (read) return progress.finished(result);
                         progress.unread(result, read.error().place);
                       },
                   .said = [&](const std::string& text) { progress.said(text); }}};
  const bool apart = !plan.unavailable && (plan.choice.entry.needs_worker || jobs > 1);
  int status = kSuccess;
  std::string why_not_run = Session::kInterrupted;
  try {
    session.run(apart ? jobs : 0);
  } catch (const base::SystemError& error) {  // No more workers: what was done is kept.
    std::cerr << "lastack: " << error.what() << '\n';
    why_not_run = fmt::format("no process for it: {}", error.what());
    status = kError;
  }

  reports::Run run{
      .tool = std::string{version()},
      .target = arguments.target,
      .version = {},
      .ip = arguments.ip.size() > 1 ? "all" : std::string{campaign::name(arguments.ip[0])},
      .seed = arguments.seed.value,
      .repeat = arguments.repeat,
      .strict = arguments.strict,
      .interrupted = *plan.options.stop != 0,
      .not_run = std::move(work.not_run)};
  session.report(run, why_not_run);
  progress.end(run);
  if (!arguments.faults.empty()) console.print(reports::faults(run));
  const auto took = wall.now() - clock::kStart;
  const bool real = !plan.choice.entry.virtual_time;
  const auto how = !real       ? ""
                   : jobs == 1 ? beyond_span(run, took)
                               : fmt::format(", {} at once", jobs);
  console.print(fmt::format("{}, target {}{}{}, {}{}\n", arguments.seed.print(), run.target,
                            run.version.empty() ? "" : ' ' + run.version,
                            plan.choice.wire.empty() ? "" : fmt::format(" on {}", plan.choice.wire),
                            clock::human(took), how));
  if (store) store->finish(run);
  return std::max(status, conclude(run, arguments, console, store));
}

namespace {

// A deviation of a scenario that is not there would never be missed.
std::expected<std::vector<oracle::Deviation>, std::string> of_suite(
    std::vector<oracle::Deviation> known, const Suite& suite) {
  std::erase_if(known, [](const auto& line) { return line.scenario == kAnyConversation; });
  for (const auto& deviation : known) {
    if (std::ranges::find(suite.entries(), deviation.scenario, &Entry::id) !=
        suite.entries().end()) {
      continue;
    }
    return std::unexpected(
        fmt::format("{}: there is no scenario `{}`", deviation.place.print(), deviation.scenario));
  }
  return known;
}

}  // namespace

// The user's own list counts beside the target's.
std::expected<std::vector<oracle::Deviation>, std::string> deviations(const RunArguments& arguments,
                                                                      const Suite& suite,
                                                                      std::string_view target) {
  auto known = load_known(arguments.known, suite.root(), std::string{target});
  if (known) known = of_suite(std::move(*known), suite);
  if (!known || !arguments.xfail) return known;
  std::vector<std::string> ids;
  for (const Entry& entry : suite.entries()) ids.push_back(entry.id());
  auto expected = load_expected_failures(*arguments.xfail, ids);
  if (expected) expected = of_suite(std::move(*expected), suite);
  if (!expected) return expected;
  std::ranges::move(*expected, std::back_inserter(*known));
  return known;
}

// Dealt out like cards: neighbours, which are alike, take alike long.
std::vector<Selected> part_of(const std::vector<Selected>& all, const Shard& shard) {
  std::vector<Selected> part;
  for (std::size_t i = shard.index - 1; i < all.size(); i += shard.of) part.push_back(all[i]);
  return part;
}

int run(std::span<const std::string> words) {
  const auto* const stop = catch_stop();  // What comes first takes time already.
  const auto arguments = parse_run(words);
  if (!arguments) return usage_error(arguments.error(), "run");
  const auto choice = target::catalogue::choose(arguments->target, arguments->wire,
                                                arguments->evidence.value_or(true));
  if (!choice) return usage_error(choice.error(), "run");
  auto suite = Suite::open(arguments->scenarios);
  if (!suite) return usage_error(suite.error(), "run");
  const auto selected = select(*suite, arguments->selectors);
  if (!selected) return usage_error(selected.error(), "run");
  auto known = deviations(*arguments, *suite, choice->entry.name);
  if (!known) {
    std::cerr << "lastack: " << known.error() << '\n';
    return kError;
  }
  std::optional<std::string> unavailable;
  if (const auto there = target::catalogue::available(*choice); !there && *stop == 0) {
    std::cerr << "lastack: " << there.error() << '\n';
    unavailable = there.error();
  }
  if (arguments->evidence == true && !unavailable) {
    if (const auto there = target::catalogue::evidence_available(*choice); !there && *stop == 0) {
      std::cerr << "lastack: --evidence on: " << there.error() << '\n';
      return kError;
    }
  }
  const Plan plan{.choice = *choice,
                  .options = {.seed = arguments->seed.value,
                              .strict = arguments->strict,
                              .profile = arguments->profile.value_or(""),
                              .stop = stop,
                              .faults = arguments->faults},
                  .known = std::move(*known),
                  .keep_trace = arguments->out.has_value(),
                  .unavailable = std::move(unavailable)};
  return run_all(*arguments, plan,
                 work_of(*suite, part_of(*selected, arguments->shard), *arguments,
                         choice->entry.virtual_time));
}

}  // namespace

Command run_command() {
  return {.name = "run",
          .arguments = "[selectors] [options]",
          .says = "Runs scenarios and judges what the target did.",
          .more = kRunHelp,
          .options = run_options,
          .run = run};
}

}  // namespace harness::cli
