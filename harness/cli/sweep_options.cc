#include "harness/cli/sweep_options.h"

#include <fmt/format.h>

#include <cstdlib>

#include "harness/base/column.h"
#include "harness/cli/engine_profile.h"
#include "harness/cli/number.h"
#include "harness/cli/parse_options.h"
#include "harness/model/profile.h"
#include "reports/text.h"

namespace harness::cli {

namespace po = boost::program_options;

po::options_description sweep_options() {
  po::options_description options{"options", 96};
  const auto text = [] { return po::value<std::string>(); };
  options.add_options()  //
      ("target", text()->value_name("NAME"),
       "what to test: engine (the default) or engine:defect=NAME; it must have virtual time")  //
      ("engine-profile", text()->value_name("NAME"),
       "the engine's choices where the RFCs leave them open: rfc, linux-like, minimal")  //
      ("profile", text()->value_name("NAME"),
       "what the model assumes of the target; default: that of its own name")                 //
      ("ip", text()->value_name("v4|mapped|v6"), "of scenarios that do not say; default v4")  //
      ("seed", text()->value_name("N"),
       "what all chance follows from; else $LASTACK_SEED, else 1")            //
      ("singles", "single faults, no pairs unless --pairs is there too")      //
      ("pairs", "pairs of faults, no singles unless --singles is there too")  //
      ("only", text()->value_name("FAULTS"),
       "the one run with these faults, in full; '' is none")                        //
      ("trace", text()->value_name("FILE"), "with --only: write its record there")  //
      ("found", text()->value_name("DIR"),
       "write failures there, as scenarios, traces and captures")       //
      ("jobs", text()->value_name("N"), "worker processes; default 1")  //
      ("json", "one JSON object a line for each scenario")              //
      ("strict", "a SHOULD that is not followed fails, as in `run`")    //
      ("scenarios", text()->value_name("DIR"), "where the scenarios are");
  return options;
}

std::expected<SweepArguments, std::string> parse_sweep(std::span<const std::string> arguments) {
  const auto parsed = parse_options(arguments, sweep_options());
  if (!parsed) return std::unexpected(parsed.error());
  SweepArguments sweep;
  sweep.selectors = parsed->words;
  if (sweep.selectors.empty()) {
    return std::unexpected("say which scenario, or `.` below the scenarios for all of them");
  }
  sweep.target = with_profile(parsed->if_given("target").value_or(sweep.target),
                              parsed->if_given("engine-profile"));
  sweep.scenarios = parsed->if_given("scenarios");
  sweep.found = parsed->if_given("found");
  if (sweep.found && sweep.found->empty()) return std::unexpected("--found wants a folder");
  sweep.trace = parsed->if_given("trace");
  sweep.json = parsed->has("json");
  sweep.strict = parsed->has("strict");
  sweep.profile = parsed->if_given("profile");
  if (sweep.profile && model::profile_named(*sweep.profile) == nullptr) {
    return std::unexpected(no_profile(*sweep.profile));
  }
  const auto family = parsed->if_given("ip").value_or("v4");
  const auto ip = campaign::family_named(family);
  if (!ip) return std::unexpected(fmt::format("--ip wants v4, mapped or v6, found `{}`", family));
  sweep.ip = *ip;
  const auto seed = choose_seed(parsed->if_given("seed"), std::getenv("LASTACK_SEED"));
  if (!seed) return std::unexpected(seed.error());
  sweep.seed = *seed;
  const bool either = parsed->has("singles") || parsed->has("pairs");
  if (either) sweep.which = {parsed->has("singles"), parsed->has("pairs")};
  sweep.only = parsed->if_given("only");
  if (sweep.only) {
    if (either) return std::unexpected("--only is one run: --singles and --pairs go without it");
    if (!sweep.only->empty()) {
      const auto faults = link::parse_faults(*sweep.only);
      if (!faults) {
        return std::unexpected(fmt::format("--only `{}`, column {}: {}", *sweep.only,
                                           base::column_of(*sweep.only, faults.error().column),
                                           faults.error().message));
      }
      sweep.faults = *faults;
    }
  }
  if (sweep.trace && !sweep.only) {
    return std::unexpected("--trace is for the one run of --only FAULTS");
  }
  const auto jobs = parse_number("--jobs", parsed->if_given("jobs").value_or("1"), 1, kMostJobs);
  if (!jobs) return std::unexpected(jobs.error());
  sweep.jobs = static_cast<unsigned>(*jobs);
  return sweep;
}

namespace {

// What `run` and `sweep` ask for in the same words.
std::string command(std::string_view name, const std::string& selector,
                    const SweepArguments& arguments) {
  auto text =
      fmt::format("lastack {} {} --target {} --seed {}", name, reports::shell_word(selector),
                  reports::shell_word(arguments.target), arguments.seed.value);
  if (arguments.ip != campaign::Family::V4) {
    text += fmt::format(" --ip {}", campaign::name(arguments.ip));
  }
  if (arguments.profile) text += fmt::format(" --profile {}", *arguments.profile);
  if (arguments.strict) text += " --strict";
  if (arguments.scenarios) {
    text += fmt::format(" --scenarios {}", reports::shell_word(*arguments.scenarios));
  }
  return text;
}

}  // namespace

std::string SweepArguments::repeat_command(const std::string& selector,
                                           const std::string& which_faults) const {
  return fmt::format("{} --only {}", command("sweep", selector, *this),
                     reports::shell_word(which_faults));
}

std::string SweepArguments::repeat_command(const std::string& selector) const {
  return command("run", selector, *this);
}

}  // namespace harness::cli
