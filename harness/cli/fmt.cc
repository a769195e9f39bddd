#include "harness/cli/fmt.h"

#include <fmt/format.h>

#include <algorithm>
#include <iostream>
#include <optional>

#include "harness/cli/console.h"
#include "harness/cli/exit.h"
#include "harness/cli/parse_options.h"
#include "harness/cli/suite.h"
#include "harness/cli/write_file.h"
#include "harness/scenario/layout.h"
#include "harness/scenario/loader.h"
#include "harness/scenario/printer.h"

namespace harness::cli {

namespace po = boost::program_options;
namespace fs = std::filesystem;

namespace {

constexpr std::string_view kFmtHelp =
    R"(Reads scripts and lays them out: each step on a line of its own, one blank between words, comments
as they are. Without an option the outcome of one file goes to standard output. Exit status: 0; 1 if
--check found a file that is laid out otherwise; 4 if a file cannot be read.

  lastack fmt my.pkt                   how it would look
  lastack fmt --write *.pkt            lays them out where they are
  lastack fmt --expand close/x.pkt     the whole script, with the steps of the files it uses
)";

po::options_description fmt_options() {
  po::options_description options{"options", 96};
  options.add_options()                                                            //
      ("check", "only say which files are laid out otherwise")                     //
      ("write", "change the files themselves")                                     //
      ("expand", "print it without comments, with the files it uses written out")  //
      ("scenarios", po::value<std::string>()->value_name("DIR"),
       "where used files are looked for; else $LASTACK_SCENARIOS, ./scenarios, or beside the "
       "program");
  return options;
}

struct Script {
  fs::path file;
  std::string text, laid_out;
  scenario::Scenario scenario;
};

// The same script, wherever its words stand.
bool same(const scenario::Scenario& a, const scenario::Scenario& b) {
  return scenario::to_pkt(a) == scenario::to_pkt(b);
}

// The error is for stderr, with its line end.
std::expected<Script, std::string> read(const fs::path& file, const fs::path& root) {
  auto text = scenario::read_script(file);
  if (!text) {
    return std::unexpected(fmt::format("lastack fmt: {}: {}\n", file.string(), text.error()));
  }
  const auto id = scenario::without_ending(file.string());
  const auto use = scenario::used_by(file, root);
  auto scenario = scenario::parse_pkt(*text, id, use);
  if (!scenario) return std::unexpected(scenario.error().print());
  auto laid_out = scenario::lay_out(*text, *scenario);
  const auto again = scenario::parse_pkt(laid_out, id, use);
  if (!again || !same(*again, *scenario)) {
    return std::unexpected(
        fmt::format("lastack fmt: {}: laid out, it would not say the same; it is left as it is\n",
                    file.string()));
  }
  return Script{file, std::move(*text), std::move(laid_out), std::move(*scenario)};
}

int write(const Script& script) {
  if (script.laid_out == script.text) return kSuccess;
  const auto error = write_file(script.file, script.laid_out, IfThere::Replace);
  if (!error) return kSuccess;
  usage_error(*error, "fmt");
  return kError;
}

int fmt(std::span<const std::string> words) {
  const auto parsed = parse_options(words, fmt_options());
  if (!parsed) return usage_error(parsed.error(), "fmt");
  const bool check = parsed->has("check"), write_back = parsed->has("write"),
             expand = parsed->has("expand");
  if (check + write_back + expand > 1) {
    return usage_error("one of --check, --write and --expand at a time", "fmt");
  }
  if (parsed->words.empty()) return usage_error("it wants a file", "fmt");
  if (!check && !write_back && parsed->words.size() > 1) {
    return usage_error("one file at a time goes to standard output; --write or --check take more",
                       "fmt");
  }
  const auto suite = Suite::open(parsed->has("scenarios") ? std::optional{parsed->text("scenarios")}
                                                          : std::nullopt);
  if (!suite) return usage_error(suite.error(), "fmt");
  int status = kSuccess;
  for (const auto& word : parsed->words) {
    const auto script = read(word, suite->root().value_or(fs::path{}));
    if (!script) {
      std::cerr << script.error();
      status = kError;
    } else if (check) {
      if (script->laid_out == script->text) continue;
      std::cerr << "lastack fmt: " << word
                << ": laid out otherwise; `lastack fmt --write` cures it\n";
      status = std::max(status, kFail);
    } else if (write_back) {
      status = std::max(status, write(*script));
    } else {
      status = print_and_status(expand ? scenario::to_pkt(script->scenario) : script->laid_out);
    }
  }
  return status;
}

}  // namespace

Command fmt_command() {
  return {.name = "fmt",
          .arguments = "FILE... [options]",
          .says = "Lays out scripts.",
          .more = kFmtHelp,
          .options = fmt_options,
          .run = fmt};
}

}  // namespace harness::cli
