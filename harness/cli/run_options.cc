#include "harness/cli/run_options.h"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>
#include <cstdlib>
#include <string_view>
#include <utility>

#include "harness/cli/engine_profile.h"
#include "harness/cli/fault_option.h"
#include "harness/cli/formats.h"
#include "harness/cli/number.h"
#include "harness/cli/parse_options.h"
#include "harness/model/profile.h"

namespace harness::cli {

namespace po = boost::program_options;

namespace {

constexpr std::uint64_t kMostRepeats = 1'000'000, kMostShards = 10'000;

std::expected<std::vector<std::string>, std::string> parse_reports(std::string_view list) {
  const auto known = format_names();
  std::vector<std::string> formats;
  for (bool more = true; more;) {
    const auto comma = list.find(',');
    const std::string format{list.substr(0, comma)};
    more = comma != list.npos;
    if (more) list.remove_prefix(comma + 1);
    if (std::ranges::find(known, format) == known.end()) {
      return std::unexpected(
          fmt::format("there is no report `{}`; there are: {}", format, fmt::join(known, ", ")));
    }
    formats.push_back(format);
  }
  return formats;
}

std::expected<std::vector<campaign::Family>, std::string> parse_families(std::string_view text) {
  if (text == "all") return std::vector(campaign::kFamilies.begin(), campaign::kFamilies.end());
  if (const auto family = campaign::family_named(text)) return std::vector{*family};
  return std::unexpected(fmt::format("--ip wants v4, mapped, v6 or all, found `{}`", text));
}

std::expected<Shard, std::string> parse_shard(std::string_view text) {
  const auto slash = text.find('/');
  const auto index = parse_number("", text.substr(0, slash), 1, kMostShards);
  const auto of =
      slash == text.npos ? index : parse_number("", text.substr(slash + 1), 1, kMostShards);
  if (slash == text.npos || !index || !of || *index > *of) {
    return std::unexpected(fmt::format("--shard wants I/N with I from 1 to N, found `{}`", text));
  }
  return Shard{static_cast<std::uint32_t>(*index), static_cast<std::uint32_t>(*of)};
}

}  // namespace

po::options_description run_options() {
  po::options_description options{"options", 96};
  const auto text = [] { return po::value<std::string>(); };
  options.add_options()  //
      ("target", text()->value_name("NAME"),
       "what to test: engine (the default), engine:defect=NAME, or linux")  //
      ("engine-profile", text()->value_name("NAME"),
       "the engine's choices where the RFCs leave them open: rfc (the default), linux-like, "
       "minimal")  //
      ("wire", text()->value_name("raw|tun"),
       "how segments get to linux: frames on a virtual cable (the default), or a TUN device")  //
      ("evidence", text()->value_name("on|off"),
       "note why linux drops segments and sends resets; default on, where it can be had")  //
      ("seed", text()->value_name("N"),
       "what all chance follows from; else $LASTACK_SEED, else 1")  //
      ("ip", text()->value_name("v4|mapped|v6|all"),
       "for scenarios that do not say; mapped: IPv4 by AF_INET6 sockets; default v4")          //
      ("jobs", text()->value_name("N"), "so many at once; default: what the target bears")     //
      ("repeat", text()->value_name("N"), "run each scenario N times")                         //
      ("shuffle", text()->value_name("N"), "run them in another order, which follows from N")  //
      ("faults", text()->value_name("FAULTS"),
       "what else the link does to segments, as `faults:` of a script: 'loss 5%; delay 20ms'")  //
      ("slow", "run also what takes long on a real clock")                                      //
      ("strict",
       "a SHOULD that is not followed fails, and so does a segment no line accounts for")  //
      ("profile", text()->value_name("NAME"),
       "what the model takes for granted of the target: rfc, linux; default its own name's, else "
       "rfc")                                                                       //
      ("out", text()->value_name("DIR"), "keep results, traces and reports there")  //
      ("report", text()->value_name("LIST"),
       "which reports --out gets: text, json, junit, tap, pcapng; default text,json")  //
      ("scenarios", text()->value_name("DIR"),
       "where the scenarios are; else $LASTACK_SCENARIOS, ./scenarios, or beside the program")  //
      ("known", text()->value_name("FILE"),
       "known deviations; default known/TARGET.txt in the scenarios folder")  //
      ("xfail", text()->value_name("FILE"),
       "ids of scenarios that are expected to fail, one a line; one that passes is a failure")  //
      ("shard", text()->value_name("I/N"),
       "only the I-th of N parts of what is selected; all parts together are the whole");
  return options;
}

std::expected<RunArguments, std::string> parse_run(std::span<const std::string> arguments) {
  const auto parsed = parse_options(arguments, run_options());
  if (!parsed) return std::unexpected(parsed.error());
  RunArguments run;
  run.selectors = parsed->words;
  run.target = with_profile(parsed->if_given("target").value_or(run.target),
                            parsed->if_given("engine-profile"));
  run.out = parsed->if_given("out");
  run.scenarios = parsed->if_given("scenarios");
  run.known = parsed->if_given("known");
  run.xfail = parsed->if_given("xfail");
  run.wire = parsed->if_given("wire");
  run.slow = parsed->has("slow");
  run.strict = parsed->has("strict");
  run.profile = parsed->if_given("profile");
  if (run.profile && model::profile_named(*run.profile) == nullptr) {
    return std::unexpected(no_profile(*run.profile));
  }

  if (const auto text = parsed->if_given("faults")) {
    auto faults = parse_faults(*text);
    if (!faults) return std::unexpected(faults.error());
    run.faults = std::move(*faults);
  }
  const auto seed = choose_seed(parsed->if_given("seed"), std::getenv("LASTACK_SEED"));
  if (!seed) return std::unexpected(seed.error());
  run.seed = *seed;
  const auto ip = parse_families(parsed->if_given("ip").value_or("v4"));
  if (!ip) return std::unexpected(ip.error());
  run.ip = *ip;
  if (const auto text = parsed->if_given("jobs")) {
    const auto jobs = parse_number("--jobs", *text, 1, kMostJobs);
    if (!jobs) return std::unexpected(jobs.error());
    run.jobs = static_cast<unsigned>(*jobs);
  }
  if (const auto text = parsed->if_given("evidence")) {
    if (*text != "on" && *text != "off") {
      return std::unexpected(fmt::format("--evidence wants on or off, found `{}`", *text));
    }
    run.evidence = *text == "on";
  }
  if (const auto text = parsed->if_given("shuffle")) {
    const auto order = parse_number("--shuffle", *text, 0, ~std::uint64_t{0});
    if (!order) return std::unexpected(order.error());
    run.shuffle = *order;
  }
  const auto repeat =
      parse_number("--repeat", parsed->if_given("repeat").value_or("1"), 1, kMostRepeats);
  if (!repeat) return std::unexpected(repeat.error());
  run.repeat = static_cast<std::uint32_t>(*repeat);

  const auto shard = parse_shard(parsed->if_given("shard").value_or("1/1"));
  if (!shard) return std::unexpected(shard.error());
  run.shard = *shard;

  if (parsed->has("report") && !run.out) {
    return std::unexpected("--report says what --out DIR gets, and there is no --out");
  }
  if (run.out && run.out->empty()) return std::unexpected("--out wants a folder");
  const auto reports = parse_reports(parsed->if_given("report").value_or("text,json"));
  if (!reports) return std::unexpected(reports.error());
  run.reports = *reports;
  return run;
}

}  // namespace harness::cli
