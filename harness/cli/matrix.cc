#include "harness/cli/matrix.h"

#include <fmt/format.h>

#include <algorithm>
#include <cstdlib>
#include <iostream>
#include <nlohmann/json.hpp>
#include <optional>
#include <stdexcept>

#include "harness/cli/console.h"
#include "harness/cli/engine_profile.h"
#include "harness/cli/exit.h"
#include "harness/cli/ip_version.h"
#include "harness/cli/matrix_grid.h"
#include "harness/cli/nearest.h"
#include "harness/cli/number.h"
#include "harness/cli/parse_options.h"
#include "harness/cli/pool.h"
#include "harness/cli/seed.h"
#include "harness/cli/stop.h"
#include "harness/matrix/cell.h"
#include "harness/target/catalogue/catalogue.h"

namespace harness::cli {

namespace po = boost::program_options;
using Json = nlohmann::ordered_json;
using matrix::Cell;
using matrix::Probe;
using matrix::State;
using target::catalogue::Choice;

namespace {

constexpr std::string_view kMatrixHelp =
    R"(13 states, each reached by segments and calls, and 53 segments put to each of them. What the
target sent within 110 ms of its own time, the state it is in then, and what its application got.

  lastack matrix                               the engine, as a table
  lastack matrix --target linux --json         one array of 689 objects
  lastack matrix --state TIME-WAIT --probe 'SYN in-window'
)";

constexpr std::size_t kTableColumns = 150;  // Where there is no terminal.
constexpr int kCellTries = 5;               // A cell in which the machine was late is played again.

// What the user asked for.
struct MatrixArguments {
  std::string target;
  std::optional<std::string> wire;
  Seed seed;
  wire::IpVersion ip = wire::IpVersion::V4;
  unsigned jobs = 0;  // 0: as the target likes it.
  bool json = false;
  std::vector<std::pair<State, const Probe*>> cells;
};

po::options_description matrix_options() {
  po::options_description options{"options", 96};
  const auto text = [] { return po::value<std::string>(); };
  const auto texts = [] { return po::value<std::vector<std::string>>(); };
  options.add_options()                                                                         //
      ("target", text()->value_name("NAME"), "what to look at: engine (the default) or linux")  //
      ("engine-profile", text()->value_name("NAME"),
       "of engine: rfc (the default), linux-like or minimal")                          //
      ("wire", text()->value_name("raw|tun"), "how segments get to linux")             //
      ("json", "one JSON array of objects")                                            //
      ("state", texts()->value_name("NAME"), "only this state; may be given again")    //
      ("probe", texts()->value_name("NAME"), "only this segment; may be given again")  //
      ("seed", text()->value_name("N"),
       "what sequence numbers follow from; else $LASTACK_SEED, else 1")  //
      ("ip", text()->value_name("v4|v6"), "default v4")                  //
      ("jobs", text()->value_name("N"), "worker processes on a real clock; default 8");
  return options;
}

// Those whose names are given, all when none is; the error is a sentence.
template <class T, class Name>
std::expected<std::vector<T>, std::string> named(const Parsed& parsed, const char* option,
                                                 std::span<const T> all, Name name) {
  std::vector<T> chosen;
  if (!parsed.has(option)) return std::vector<T>{all.begin(), all.end()};
  std::vector<std::string> names;
  for (const T& one : all) names.emplace_back(name(one));
  const auto& given = parsed.options[option].as<std::vector<std::string>>();
  for (const auto& text : given) {
    if (std::ranges::find(names, text) == names.end()) {
      return std::unexpected(
          fmt::format("there is no {} `{}`{}", option, text, did_you_mean_or_all(text, names)));
    }
  }
  for (std::size_t i = 0; i < all.size(); ++i) {
    if (std::ranges::find(given, names[i]) != given.end()) chosen.push_back(all[i]);
  }
  return chosen;
}

std::expected<MatrixArguments, std::string> parse_matrix(std::span<const std::string> words) {
  const auto parsed = parse_options(words, matrix_options());
  if (!parsed) return std::unexpected(parsed.error());
  if (!parsed->words.empty()) {
    return std::unexpected(fmt::format("`{}` is no option", parsed->words.front()));
  }
  MatrixArguments arguments;
  arguments.target = with_profile(parsed->if_given("target").value_or("engine"),
                                  parsed->if_given("engine-profile"));
  arguments.wire = parsed->if_given("wire");
  arguments.json = parsed->has("json");
  const auto seed = choose_seed(parsed->if_given("seed"), std::getenv("LASTACK_SEED"));
  if (!seed) return std::unexpected(seed.error());
  arguments.seed = *seed;
  const auto ip = parse_ip(parsed->if_given("ip").value_or("v4"));
  if (!ip) return std::unexpected(ip.error());
  arguments.ip = *ip;
  if (const auto given = parsed->if_given("jobs")) {
    const auto jobs = parse_number("--jobs", *given, 1, kMostJobs);
    if (!jobs) return std::unexpected(jobs.error());
    arguments.jobs = static_cast<unsigned>(*jobs);
  }
  const auto states = named<State>(*parsed, "state", matrix::states(),
                                   [](State state) { return matrix::name(state); });
  if (!states) return std::unexpected(states.error());
  std::vector<const Probe*> all;
  for (const Probe& probe : matrix::probes()) all.push_back(&probe);
  const auto probes =
      named<const Probe*>(*parsed, "probe", all, [](const Probe* probe) { return probe->name; });
  if (!probes) return std::unexpected(probes.error());
  for (const State state : *states) {
    for (const Probe* probe : *probes) arguments.cells.emplace_back(state, probe);
  }
  return arguments;
}

Json as_json(const Cell& cell) {
  Json json;
  json["state"] = name(cell.state);
  json["probe"] = cell.probe->name;
  json["next_state"] = cell.next_state;
  json["emitted"] = cell.emitted;
  json["delivered"] = cell.delivered;
  json["application"] = cell.application;
  return json;
}

// What a worker says of one cell; an error is a sentence in place of it.
std::string work(const MatrixArguments& arguments, const Choice& choice, std::uint32_t index) {
  const auto [state, probe] = arguments.cells[index];
  static event::Trace trace;
  std::string sentence;
  for (int tries = 0; tries < (choice.entry.virtual_time ? 1 : kCellTries); ++tries) {
    try {
      const Cell cell =
          matrix::play(state, *probe, choice.make, arguments.ip, arguments.seed.value, trace);
      if (!cell.late || choice.entry.virtual_time) return as_json(cell).dump();
      sentence = "this machine is too busy: the target's timers fire meanwhile";
    } catch (const std::runtime_error& error) {
      sentence = error.what();
    }
  }
  return Json(sentence).dump();
}

class Collected final : public PoolEvents {
 public:
  Collected(const MatrixArguments& arguments, Console& console)
      : arguments_(arguments), console_(console), cells_(arguments.cells.size()) {}

  void started(std::uint32_t) override {}
  void finished(std::uint32_t index, const std::string& result) override {
    const auto json = Json::parse(result);
    const auto& [state, probe] = arguments_.cells[index];
    ++done_;
    if (console_.live()) {
      console_.status(fmt::format("{} of {} cells", done_, cells_.size()));
    }
    if (json.is_string()) {
      complain(index, json.get<std::string>());
      return;
    }
    cells_[index] = Cell{.state = state,
                         .probe = probe,
                         .next_state = json["next_state"],
                         .emitted = json["emitted"],
                         .delivered = json["delivered"],
                         .application = json["application"]};
  }
  void lost(std::uint32_t index, const std::string& how) override {
    complain(index, "its process " + how);
  }
  void said(const std::string& text) override { std::cerr << text; }

  bool whole() const { return std::ranges::all_of(cells_, &std::optional<Cell>::has_value); }
  std::vector<Cell> cells() const {
    std::vector<Cell> all;
    for (const auto& cell : cells_) {
      if (cell) all.push_back(*cell);
    }
    return all;
  }

 private:
  void complain(std::uint32_t index, const std::string& sentence) {
    const auto& [state, probe] = arguments_.cells[index];
    if (console_.live()) console_.clear_status();
    std::cerr << fmt::format("lastack: {}, {}: {}\n", name(state), probe->name, sentence);
  }

  const MatrixArguments& arguments_;
  Console& console_;
  std::vector<std::optional<Cell>> cells_;
  std::size_t done_ = 0;
};

int matrix_of(std::span<const std::string> words) {
  const auto* const stop = catch_stop();
  const auto arguments = parse_matrix(words);
  if (!arguments) return usage_error(arguments.error(), "matrix");
  const auto choice = target::catalogue::choose(arguments->target, arguments->wire);
  if (!choice) return usage_error(choice.error(), "matrix");
  if (const auto there = target::catalogue::available(*choice); !there && *stop == 0) {
    std::cerr << "lastack: " << there.error() << '\n';
    return kError;
  }
  Console console;
  Collected collected{*arguments, console};
  const auto count = static_cast<std::uint32_t>(arguments->cells.size());
  if (choice->entry.needs_worker) {
    constexpr unsigned kUsualJobs = 8;  // A cell mostly waits.
    run_pool(
        count, arguments->jobs != 0 ? arguments->jobs : kUsualJobs,
        [&](std::uint32_t index) { return work(*arguments, *choice, index); }, collected, stop);
  } else {
    for (std::uint32_t i = 0; i < count && *stop == 0; ++i) {
      collected.finished(i, work(*arguments, *choice, i));
    }
  }
  if (console.live()) console.clear_status();
  const auto cells = collected.cells();
  if (arguments->json) {
    Json array = Json::array();
    for (const Cell& cell : cells) array.push_back(as_json(cell));
    console.print(array.dump(1) + '\n');
  } else {
    console.print(matrix_grid(cells, terminal_width(kTableColumns)));
  }
  if (console.error()) std::cerr << "lastack: " << *console.error() << '\n';
  if (*stop != 0) std::cerr << "lastack: interrupted; the cells that are missing were not played\n";
  return collected.whole() && !console.error() ? kSuccess : kError;
}

}  // namespace

Command matrix_command() {
  return {.name = "matrix",
          .arguments = "[options]",
          .says = "Puts every segment to a TCP in every state, and shows what it does.",
          .more = kMatrixHelp,
          .options = matrix_options,
          .run = matrix_of};
}

}  // namespace harness::cli
