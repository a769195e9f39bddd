#include "harness/cli/shrink.h"

#include <fmt/format.h>

#include <algorithm>
#include <chrono>
#include <cstdlib>
#include <iostream>
#include <optional>
#include <set>

#include "harness/base/system_error.h"
#include "harness/campaign/run_scenario.h"
#include "harness/campaign/shape.h"
#include "harness/cli/console.h"
#include "harness/cli/engine_profile.h"
#include "harness/cli/exit.h"
#include "harness/cli/found_files.h"
#include "harness/cli/number.h"
#include "harness/cli/parse_options.h"
#include "harness/cli/seed.h"
#include "harness/cli/select.h"
#include "harness/cli/stop.h"
#include "harness/event/end.h"
#include "harness/target/catalogue/catalogue.h"
#include "reports/text.h"

namespace harness::cli {

namespace po = boost::program_options;
using oracle::Verdict;

namespace {

constexpr std::string_view kShrinkHelp =
    R"(Runs a scenario that fails and takes away what can be taken away while it fails in the same way:
steps, faults, octets, options, odd numbers and times. Each failure becomes a scenario of its own,
with its record and its capture. Ctrl-C ends it with the smallest so far.

  lastack shrink my.pkt --target engine:defect=ack-late
)";

po::options_description shrink_options() {
  po::options_description options{"options", 96};
  const auto text = [] { return po::value<std::string>(); };
  options.add_options()  //
      ("target", text()->value_name("NAME"),
       "what it fails on: engine (the default) or engine:defect=NAME; it must have virtual time")  //
      ("engine-profile", text()->value_name("NAME"),
       "the engine's choices where the RFCs leave them open: rfc, linux-like, minimal")    //
      ("found", text()->value_name("DIR"), "where it writes; default the current folder")  //
      ("tries", text()->value_name("N"), "so many runs at most for each; default 20000")   //
      ("time", text()->value_name("S"), "so many seconds at most")                         //
      ("seed", text()->value_name("N"), "of the run; else $LASTACK_SEED, else 1")          //
      ("strict", "a SHOULD that is not followed fails, as in `run`")                       //
      ("scenarios", text()->value_name("DIR"), "where the scenarios are");
  return options;
}

struct ShrinkArguments {
  target::catalogue::Choice choice;
  std::string found = ".";
  std::uint64_t tries = 20'000, seed = 1;
  bool strict = false;
};

// Its exit status.
int shrink_all(const Entry& entry, const ShrinkArguments& arguments, Console& console,
               const volatile std::sig_atomic_t* stop) {
  const auto& scenario = entry.read();
  if (!scenario) {
    std::cerr << scenario.error().print();
    return kError;
  }
  campaign::RunOptions run{.seed = arguments.seed, .strict = arguments.strict};
  event::Trace trace;
  const auto outcome = campaign::run_scenario(*scenario, arguments.choice.make, run, trace);
  if (!outcome.reason.empty()) {
    std::cerr << fmt::format("lastack: {}: {}\n", entry.id(), outcome.reason);
    return kError;
  }
  if (outcome.verdict != Verdict::Fail) {
    return usage_error(fmt::format("{} does not fail on {}; its verdict is {}", entry.id(),
                                   arguments.choice.name, oracle::name(outcome.verdict)),
                       "shrink");
  }
  run.records = scenario::enough_records(trace);  // What a storm is, is one soon.
  reports::Result seen;
  seen.scenario = seen.selector = entry.id();
  seen.target = arguments.choice.name;
  seen.ip = campaign::name(campaign::family_of(*scenario, campaign::Family::V4));
  seen.seed = arguments.seed;
  seen.verdict = outcome.verdict;
  seen.findings = outcome.findings;
  FoundFolder folder{arguments.found};
  std::set<std::string> shapes;
  for (const auto& finding : outcome.findings) {
    if (finding.verdict != Verdict::Fail || !shapes.insert(campaign::shape_of(finding)).second) {
      continue;
    }
    if (*stop != 0 && shapes.size() > 1) break;
    const auto found = found_files(trace, finding, arguments.choice, run,
                                   {.tries = arguments.tries, .stop = stop}, seen, &*scenario);
    const auto written = folder.write(found.files);
    console.print(
        fmt::format("{}: expected {}, got {}\n  {}\n{}",
                    finding.requirements.empty() ? finding.checker : finding.requirements.front(),
                    finding.expected, finding.actual, found.said, written));
  }
  if (!folder.broken()) return kSuccess;
  std::cerr << "lastack: " << *folder.error() << '\n';
  return kError;
}

int shrink(std::span<const std::string> words) {
  const auto* const stop = catch_stop();
  const auto parsed = parse_options(words, shrink_options());
  if (!parsed) return usage_error(parsed.error(), "shrink");
  const auto choice = target::catalogue::choose(with_profile(
      parsed->if_given("target").value_or("engine"), parsed->if_given("engine-profile")));
  if (!choice) return usage_error(choice.error(), "shrink");
  if (!choice->entry.virtual_time) {
    return usage_error(
        fmt::format("it takes thousands of runs, and {} has no virtual time; `lastack "
                    "swarm --found` makes a few tries there",
                    choice->entry.name),
        "shrink");
  }
  ShrinkArguments arguments{.choice = *choice, .found = parsed->if_given("found").value_or(".")};
  const auto tries =
      parse_number("--tries", parsed->if_given("tries").value_or("20000"), 1, 100'000'000);
  if (!tries) return usage_error(tries.error(), "shrink");
  arguments.tries = *tries;
  const auto time = parse_number("--time", parsed->if_given("time").value_or("1"), 1, 1'000'000);
  if (!time) return usage_error(time.error(), "shrink");
  const auto seed = choose_seed(parsed->if_given("seed"), std::getenv("LASTACK_SEED"));
  if (!seed) return usage_error(seed.error(), "shrink");
  arguments.seed = seed->value;
  arguments.strict = parsed->has("strict");
  if (parsed->words.empty()) return usage_error("say which scenario", "shrink");
  auto suite = Suite::open(parsed->if_given("scenarios"));
  if (!suite) return usage_error(suite.error(), "shrink");
  const auto selected = select(*suite, parsed->words);
  if (!selected) return usage_error(selected.error(), "shrink");
  if (const auto why = prepare_found(arguments.found)) {
    std::cerr << "lastack: " << *why << "; nothing was run\n";
    return kError;
  }
  if (parsed->has("time")) stop_after(std::chrono::seconds{*time});
  Console console;
  int status = kSuccess;
  for (const auto& one : *selected) {
    const auto& entry = suite->entries()[one.entry];
    status = std::max(status, shrink_all(entry, arguments, console, stop));
    if (*stop != 0) break;
  }
  if (*stop != 0 && !time_is_over()) {
    std::cerr << "lastack: interrupted; what is written could be smaller\n";
    status = kError;
  }
  if (!console.error()) return status;
  std::cerr << "lastack: " << *console.error() << '\n';
  return kError;
}

}  // namespace

Command shrink_command() {
  return {.name = "shrink",
          .arguments = "SCENARIO... [options]",
          .says = "Makes a scenario that fails as small as it gets while it fails in the same way.",
          .more = kShrinkHelp,
          .options = shrink_options,
          .run = shrink};
}

}  // namespace harness::cli
