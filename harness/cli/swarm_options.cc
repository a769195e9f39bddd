#include "harness/cli/swarm_options.h"

#include <fmt/format.h>

#include <cstdlib>
#include <limits>
#include <utility>

#include "harness/cli/engine_profile.h"
#include "harness/cli/fault_option.h"
#include "harness/cli/number.h"
#include "harness/cli/parse_options.h"
#include "reports/text.h"

namespace harness::cli {

namespace po = boost::program_options;

namespace {

constexpr std::uint64_t kMostSeconds = 30 * 24 * 3600;
// A job's number has 32 bits, and a job is several conversations.
constexpr std::uint64_t kMostConversations = std::uint64_t{1} << 32;

}  // namespace

po::options_description swarm_options() {
  po::options_description options{"options", 96};
  const auto text = [] { return po::value<std::string>(); };
  options.add_options()  //
      ("target", text()->value_name("NAME"),
       "what to test: engine (the default), engine:defect=NAME or linux")  //
      ("engine-profile", text()->value_name("NAME"),
       "the engine's choices where the RFCs leave them open: rfc, linux-like, minimal")  //
      ("wire", text()->value_name("raw|tun"), "how segments get to linux")               //
      ("seed", text()->value_name("N"),
       "what all chance follows from; else $LASTACK_SEED, else 1")                           //
      ("count", text()->value_name("N"), "so many conversations; default 10000")             //
      ("time", text()->value_name("S"), "as many as so many seconds allow")                  //
      ("only", text()->value_name("K"), "the conversation with this number alone")           //
      ("trace", text()->value_name("FILE"), "with --only: write its record there")           //
      ("found", text()->value_name("DIR"), "write failures there, as scenarios and traces")  //
      ("jobs", text()->value_name("N"),
       "worker processes; default 1, and what it bears on a real clock")  //
      ("faults", text()->value_name("FAULTS"),
       "what every link does, as `faults:` of a script: 'loss 5%; delay 20ms'; or `all`: each "
       "draws its own from all there are; default: from the usual ones")  //
      ("no-faults", "the link between them is perfect")                   //
      ("no-ipv6", "IPv4 alone")                                           //
      ("strict", "a SHOULD that is not followed fails");
  return options;
}

std::expected<SwarmArguments, std::string> parse_swarm(std::span<const std::string> arguments) {
  const auto parsed = parse_options(arguments, swarm_options());
  if (!parsed) return std::unexpected(parsed.error());
  if (!parsed->words.empty()) {
    return std::unexpected(fmt::format("it takes no selectors, found `{}`", parsed->words.front()));
  }
  SwarmArguments swarm;
  swarm.target = with_profile(parsed->if_given("target").value_or(swarm.target),
                              parsed->if_given("engine-profile"));
  swarm.wire = parsed->if_given("wire");
  swarm.found = parsed->if_given("found");
  swarm.trace = parsed->if_given("trace");
  swarm.faults = !parsed->has("no-faults");
  swarm.ipv6 = !parsed->has("no-ipv6");
  swarm.strict = parsed->has("strict");
  if (const auto text = parsed->if_given("faults")) {
    if (!swarm.faults) return std::unexpected("--faults and --no-faults exclude each other");
    swarm.all_faults = *text == "all";
    if (!swarm.all_faults) {
      auto faults = parse_faults(*text);
      if (!faults) return std::unexpected(faults.error());
      swarm.link = std::move(*faults);
    }
  }
  const auto seed = choose_seed(parsed->if_given("seed"), std::getenv("LASTACK_SEED"));
  if (!seed) return std::unexpected(seed.error());
  swarm.seed = *seed;
  const int limits = parsed->has("count") + parsed->has("time") + parsed->has("only");
  if (limits > 1) return std::unexpected("--count, --time and --only exclude each other");
  if (swarm.trace && !parsed->has("only")) {
    return std::unexpected("--trace is for the one conversation of --only K");
  }

  const auto number = [&](const char* option, std::uint64_t otherwise, std::uint64_t least,
                          std::uint64_t most) {
    const auto text = parsed->if_given(option);
    return text ? parse_number(fmt::format("--{}", option), *text, least, most)
                : std::expected<std::uint64_t, std::string>{otherwise};
  };
  const auto count = number("count", swarm.count, 1, kMostConversations);
  if (!count) return std::unexpected(count.error());
  swarm.count = *count;
  const auto time = number("time", 1, 1, kMostSeconds);
  if (!time) return std::unexpected(time.error());
  if (parsed->has("time")) swarm.time = std::chrono::seconds{*time};
  const auto only = number("only", 0, 0, kMostConversations - 1);
  if (!only) return std::unexpected(only.error());
  if (parsed->has("only")) swarm.only = *only;
  const auto jobs = number("jobs", 1, 1, kMostJobs);
  if (!jobs) return std::unexpected(jobs.error());
  if (parsed->has("jobs")) swarm.jobs = static_cast<unsigned>(*jobs);
  return swarm;
}

std::string SwarmArguments::repeat_command(std::uint64_t index) const {
  auto command = fmt::format("lastack swarm --target {}", reports::shell_word(target));
  if (wire) command += fmt::format(" --wire {}", reports::shell_word(*wire));
  if (!faults) command += " --no-faults";
  if (all_faults) command += " --faults all";
  if (!link.empty()) command += fmt::format(" --faults {}", reports::shell_word(link::print(link)));
  if (!ipv6) command += " --no-ipv6";
  if (strict) command += " --strict";
  return command + fmt::format(" --seed {} --only {}", seed.value, index);
}

}  // namespace harness::cli
