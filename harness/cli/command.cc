#include "harness/cli/command.h"

#include <fmt/format.h>

#include <algorithm>
#include <iostream>
#include <sstream>

#include "harness/cli/console.h"
#include "harness/cli/defects.h"
#include "harness/cli/doctor.h"
#include "harness/cli/exit.h"
#include "harness/cli/explain.h"
#include "harness/cli/fmt.h"
#include "harness/cli/judge.h"
#include "harness/cli/list.h"
#include "harness/cli/manual.h"
#include "harness/cli/matrix.h"
#include "harness/cli/nearest.h"
#include "harness/cli/new.h"
#include "harness/cli/replay.h"
#include "harness/cli/rules.h"
#include "harness/cli/run.h"
#include "harness/cli/serve.h"
#include "harness/cli/shrink.h"
#include "harness/cli/swarm.h"
#include "harness/cli/sweep.h"
#include "harness/cli/trace.h"
#include "harness/cli/version.h"

namespace harness::cli {
namespace {

const Command* find(std::string_view name) {
  const auto found = std::ranges::find(commands(), name, &Command::name);
  return found == commands().end() ? nullptr : &*found;
}

int unknown_command(const std::string& name) {
  std::vector<std::string> names = {"help"};
  for (const auto& command : commands()) names.emplace_back(command.name);
  const bool option = name.starts_with('-');
  if (option) names = {"--help", "--version"};
  return usage_error(fmt::format("there is no {} `{}`{}", option ? "option" : "command", name,
                                 did_you_mean(name, names)));
}

int help_for(std::span<const std::string> words) {
  if (words.empty()) return print_and_status(help());
  if (words.size() > 1) return usage_error("help wants one command");
  const Command* command = find(words[0]);
  if (command == nullptr) return unknown_command(words[0]);
  return print_and_status(help_of(*command));
}

}  // namespace

const std::vector<Command>& commands() {
  static const std::vector<Command> all = {
      run_command(),      //
      swarm_command(),    //
      sweep_command(),    //
      defects_command(),  //
      list_command(),     //
      rules_command(),    //
      explain_command(),  //
      judge_command(),    //
      replay_command(),   //
      shrink_command(),   //
      trace_command(),    //
      matrix_command(),   //
      serve_command(),    //
      new_command(),      //
      fmt_command(),      //
      doctor_command(),   //
      man_command(),      //
      completion_command(),
  };
  return all;
}

std::string help_of(const Command& command) {
  const auto known = command.options();
  std::ostringstream options;
  if (!known.options().empty()) options << known << '\n';
  return fmt::format("usage: lastack {} {}\n\n{}\n\n{}{}", command.name, command.arguments,
                     command.says, options.str(), command.more);
}

std::string help() {
  std::string text =
      "usage: lastack COMMAND [arguments]\n\n"
      "Runs TCP conformance scenarios against a TCP: the bundled engine, or the Linux kernel.\n\n";
  for (const auto& command : commands()) {
    text += fmt::format("  {:<16} {}\n", command.name, command.says);
  }
  text += fmt::format("  {:<16} {}\n", "help COMMAND", "its arguments and options");
  text += fmt::format("  {:<16} {}\n", "--version", "the version");
  return text +
         "\nExit status: 0 all passed; 1 something failed; 2 it was called wrongly; 3 something "
         "could\nnot be judged; 4 interrupted, or something could not be run.\n";
}

int usage_error(std::string_view sentence, std::string_view command) {
  std::cerr << "lastack";
  if (!command.empty()) std::cerr << ' ' << command;
  std::cerr << ": " << sentence << '\n';
  return kUsage;
}

int dispatch(std::span<const std::string> arguments) {
  if (arguments.empty()) {
    std::cerr << "usage: lastack COMMAND [arguments]; `lastack help` says more\n";
    return kUsage;
  }
  const auto& word = arguments.front();
  const auto rest = arguments.subspan(1);
  if (word == "--help" || word == "-h" || word == "help") return help_for(rest);
  if (word == "--version") return print_and_status(fmt::format("lastack {}\n", version()));
  const Command* command = find(word);
  if (command == nullptr) return unknown_command(word);
  const auto ours =
      rest.first(static_cast<std::size_t>(std::ranges::find(rest, "--") - rest.begin()));
  if (std::ranges::find(ours, "--help") != ours.end() ||
      std::ranges::find(ours, "-h") != ours.end()) {
    return print_and_status(help_of(*command));
  }
  return command->run(rest);
}

}  // namespace harness::cli
