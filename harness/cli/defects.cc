#include "harness/cli/defects.h"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>
#include <boost/program_options/value_semantic.hpp>
#include <cstdlib>
#include <iostream>
#include <nlohmann/json.hpp>
#include <optional>
#include <string>
#include <vector>

#include "harness/base/system_error.h"
#include "harness/cli/console.h"
#include "harness/cli/defect_hunt.h"
#include "harness/cli/exit.h"
#include "harness/cli/nearest.h"
#include "harness/cli/number.h"
#include "harness/cli/parse_options.h"
#include "harness/cli/pool.h"
#include "harness/cli/seed.h"
#include "harness/cli/stop.h"
#include "harness/cli/table.h"
#include "harness/engine/defects.h"

namespace harness::cli {

namespace po = boost::program_options;

namespace {

constexpr std::string_view kDefectsHelp =
    R"(Each defect of the engine is broken on purpose and names the requirement that it breaks. It is
killed when random conversations or the scenarios find that requirement broken where the right
engine keeps it. Without a name all are hunted.

  lastack defects --jobs 2                all of them
  lastack defects ack-late --count 500    one, with 500 conversations
  lastack defects --list                  what each does, and which requirement it breaks
)";

po::options_description defects_options() {
  po::options_description options{"options", 96};
  const auto text = [] { return po::value<std::string>(); };
  options.add_options()                                                                      //
      ("target", text()->value_name("NAME"), "engine, the one target with defects")          //
      ("seed", text()->value_name("N"), "of the conversations; else $LASTACK_SEED, else 1")  //
      ("count", text()->value_name("N"), "so many conversations with each; default 2000")    //
      ("jobs", text()->value_name("N"), "worker processes; default 1")                       //
      ("list", "tell of them, hunt none")                                                    //
      ("json", "one JSON object a line")                                                     //
      ("scenarios", text()->value_name("DIR"), "where the scenarios are");
  return options;
}

struct DefectsArguments {
  std::vector<engine::DefectInfo> defects;
  HuntLimits limits;
  unsigned jobs = 1;
  bool json = false, list = false;
  std::optional<std::string> scenarios;
};

std::expected<std::vector<engine::DefectInfo>, std::string> chosen(
    const std::vector<std::string>& names) {
  const auto all = engine::defects();
  if (names.empty()) return std::vector(all.begin(), all.end());
  std::vector<engine::DefectInfo> some;
  for (const auto& name : names) {
    const auto found = std::ranges::find(all, name, &engine::DefectInfo::name);
    if (found == all.end()) {
      std::vector<std::string> known;
      for (const auto& one : all) known.emplace_back(one.name);
      return std::unexpected(
          fmt::format("there is no defect `{}`{}", name, did_you_mean(name, known)));
    }
    some.push_back(*found);
  }
  return some;
}

std::expected<DefectsArguments, std::string> parse_defects(std::span<const std::string> words) {
  const auto parsed = parse_options(words, defects_options());
  if (!parsed) return std::unexpected(parsed.error());
  if (const auto target = parsed->if_given("target"); target && *target != "engine") {
    return std::unexpected(fmt::format("only engine has defects, found `{}`", *target));
  }
  DefectsArguments arguments;
  arguments.scenarios = parsed->if_given("scenarios");
  arguments.json = parsed->has("json");
  arguments.list = parsed->has("list");
  auto defects = chosen(parsed->words);
  if (!defects) return std::unexpected(defects.error());
  arguments.defects = std::move(*defects);
  const auto seed = choose_seed(parsed->if_given("seed"), std::getenv("LASTACK_SEED"));
  if (!seed) return std::unexpected(seed.error());
  arguments.limits.seed = seed->value;
  const auto count =
      parse_number("--count", parsed->if_given("count").value_or("2000"), 1, 100'000'000);
  if (!count) return std::unexpected(count.error());
  arguments.limits.conversations = *count;
  const auto jobs = parse_number("--jobs", parsed->if_given("jobs").value_or("1"), 1, 256);
  if (!jobs) return std::unexpected(jobs.error());
  arguments.jobs = static_cast<unsigned>(*jobs);
  return arguments;
}

std::string says(const Hunt& hunt) {
  std::string text;
  if (hunt.by_swarm) {
    text = fmt::format("{} after {} segments", hunt.by_swarm->where, hunt.by_swarm->segments);
  }
  if (hunt.by_suite) {
    text += fmt::format("{}{} ({} segments)", text.empty() ? "" : ", ", hunt.by_suite->where,
                        hunt.by_suite->segments);
  }
  if (!hunt.others.empty()) {
    text += fmt::format("{}{} {}", text.empty() ? "" : "; ", hunt.killed() ? "also" : "but by",
                        fmt::join(hunt.others, ", "));
  }
  return text;
}

// Tells of each defect in its order, as soon as those before it are told.
class Teller final : public PoolEvents {
 public:
  Teller(Console& console, const DefectsArguments& arguments)
      : console_(console), arguments_(arguments), hunts_(arguments.defects.size()) {}

  void started(std::uint32_t index) override {
    if (console_.live()) console_.status(std::string{arguments_.defects[index].name});
  }
  void finished(std::uint32_t index, const std::string& text) override {
    hunts_[index] = hunt_from(text);
    tell();
  }
  void lost(std::uint32_t index, const std::string& how) override {
    const auto& defect = arguments_.defects[index];
    std::cerr << fmt::format("lastack: the process that hunted {} {}\n", defect.name, how);
    broken_ = true;
  }
  void said(const std::string& text) override { std::cerr << text; }

  std::size_t killed() const { return killed_; }
  bool broken() const { return broken_; }

 private:
  void tell() {
    for (; told_ < hunts_.size() && hunts_[told_]; ++told_) {
      const Hunt& hunt = *hunts_[told_];
      killed_ += hunt.killed() ? 1 : 0;
      if (arguments_.json) {
        console_.print(to_json(hunt) + '\n');
        continue;
      }
      const auto word = hunt.killed() ? "killed" : hunt.others.empty() ? "survived" : "missed";
      console_.print(
          fmt::format("{}  {:<28} {:<26} {}\n",
                      console_.paint(hunt.killed() ? Console::Colour::Good : Console::Colour::Bad,
                                     fmt::format("{:<8}", word)),
                      hunt.defect, hunt.requirement, says(hunt)));
    }
  }

  Console& console_;
  const DefectsArguments& arguments_;
  std::vector<std::optional<Hunt>> hunts_;
  std::size_t told_ = 0, killed_ = 0;
  bool broken_ = false;
};

int list(const DefectsArguments& arguments) {
  std::vector<std::vector<std::string>> lines = {{"name", "breaks", "what it does"}};
  std::string text;
  for (const auto& one : arguments.defects) {
    lines.push_back({std::string{one.name}, std::string{one.requirement}, std::string{one.says}});
    text +=
        nlohmann::ordered_json{
            {"defect", one.name}, {"requirement", one.requirement}, {"says", one.says}}
            .dump() +
        '\n';
  }
  return print_and_status(arguments.json ? text : table(lines));
}

int defects(std::span<const std::string> words) {
  const auto* const stop = catch_stop();
  auto arguments = parse_defects(words);
  if (!arguments) return usage_error(arguments.error(), "defects");
  if (arguments->list) return list(*arguments);
  const auto suite = Suite::open(arguments->scenarios);
  if (!suite) return usage_error(suite.error(), "defects");
  arguments->limits.stop = stop;
  Console console;
  Teller teller{console, *arguments};
  const auto work = [&](std::uint32_t i) {
    return to_json(hunt(arguments->defects[i], *suite, arguments->limits));
  };
  run_pool(static_cast<std::uint32_t>(arguments->defects.size()), arguments->jobs, work, teller,
           stop);
  if (!arguments->json) {
    console.print(fmt::format("{} of {} killed\n", teller.killed(), arguments->defects.size()));
  }
  if (console.error()) {
    std::cerr << "lastack: " << *console.error() << '\n';
    return kError;
  }
  if (*stop != 0) {
    std::cerr << "lastack: interrupted\n";
    return kError;
  }
  if (teller.broken()) return kError;
  return teller.killed() == arguments->defects.size() ? kSuccess : kFail;
}

}  // namespace

Command defects_command() {
  return {.name = "defects",
          .arguments = "[names] [options]",
          .says = "Breaks the engine on purpose and says whether that is found.",
          .more = kDefectsHelp,
          .options = defects_options,
          .run = defects};
}

}  // namespace harness::cli
