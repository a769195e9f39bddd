#include "harness/cli/manual.h"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>
#include <array>
#include <vector>

#include "harness/cli/console.h"
#include "harness/cli/formats.h"
#include "harness/cli/parse_options.h"
#include "harness/cli/version.h"
#include "harness/target/catalogue/catalogue.h"

namespace harness::cli {

namespace po = boost::program_options;

namespace {

// As man(7) takes it: no line of ours is a request, and a dash is one that can be copied.
std::string escaped(std::string_view text) {
  std::string page;
  bool line_start = true;
  for (const char c : text) {
    if (line_start && (c == '.' || c == '\'')) page += "\\&";
    if (c == '\\') {
      page += "\\e";
    } else if (c == '-') {
      page += "\\-";
    } else {
      page += c;
    }
    line_start = c == '\n';
  }
  return page;
}

std::string value_of(const po::option_description& option) { return option.format_parameter(); }

void add_options(std::string& page, const Command& command) {
  const auto described = command.options();
  for (const auto& option : described.options()) {
    const auto value = value_of(*option);
    page += fmt::format(".TP\n\\fB\\-\\-{}\\fR{}\n{}\n", escaped(option->long_name()),
                        value.empty() ? "" : " \\fI" + escaped(value) + "\\fR",
                        escaped(option->description()));
  }
}

void add_command(std::string& page, const Command& command) {
  page += fmt::format(".SS \"{}\"\n.B lastack {}\n.I \"{}\"\n.PP\n{}\n", escaped(command.name),
                      escaped(command.name), escaped(command.arguments), escaped(command.says));
  add_options(page, command);
  if (!command.more.empty()) {
    page += fmt::format(".PP\n.nf\n{}{}.fi\n", escaped(command.more),
                        command.more.ends_with('\n') ? "" : "\n");
  }
}

constexpr std::string_view kBehind = R"(.SH "EXIT STATUS"
.TP
0
All passed.
.TP
1
Something failed, or a deviation that is listed no longer occurs.
.TP
2
It was called wrongly.
.TP
3
Something could not be judged.
.TP
4
Interrupted, or something could not be run or written.
.SH ENVIRONMENT
.TP
LASTACK_SCENARIOS
Where the scenarios are.
.TP
LASTACK_SEED
What all chance follows from.
.TP
NO_COLOR
No colours, whatever the terminal can do.
)";

using Words = std::vector<std::string>;

// The words that can stand behind an option; of a file or a folder the names there are.
std::string completes(const po::option_description& option) {
  const auto value = value_of(option);
  const auto words = [](const Words& list) {
    return fmt::format("COMPREPLY=($(compgen -W '{}' -- \"$cur\"))", fmt::join(list, " "));
  };
  if (value.find('|') != value.npos) {
    Words list{""};
    for (const char c : value) {
      if (c == '|') {
        list.emplace_back();
      } else {
        list.back() += c;
      }
    }
    return words(list);
  }
  if (option.long_name() == "target") {
    Words names;
    for (const auto& entry : target::catalogue::entries()) names.emplace_back(entry.name);
    return words(names);
  }
  if (option.long_name() == "report") return words(format_names());
  if (value == "FILE") return "COMPREPLY=($(compgen -f -- \"$cur\"))";
  if (value == "DIR") return "COMPREPLY=($(compgen -d -- \"$cur\"))";
  return "COMPREPLY=()";
}

std::string words_behind(const Command& command) {
  std::string lines;
  if (command.arguments.find("selectors") != std::string_view::npos) {
    lines +=
        "        ids=$(\"${COMP_WORDS[0]}\" list 2>/dev/null | tail -n +2 | cut -d' ' -f1)\n"
        "        COMPREPLY+=($(compgen -W \"$ids\" -- \"$cur\"))\n";
  }
  if (!lines.empty() || command.arguments.find("FILE") != std::string_view::npos) {
    lines += "        COMPREPLY+=($(compgen -f -- \"$cur\"))\n";
  }
  return lines;
}

}  // namespace

std::string manual_page() {
  std::string page = fmt::format(
      ".TH LASTACK 1 \"\" \"lastack {}\" \"User Commands\"\n.SH NAME\nlastack \\- conformance "
      "tests and fault injection for TCP\n.SH SYNOPSIS\n.B lastack\n.I COMMAND\n.RI [ arguments "
      "]\n.SH DESCRIPTION\nRuns TCP conformance scenarios against a TCP: the bundled engine, or "
      "the Linux kernel.\n.SH COMMANDS\n",
      version());
  for (const auto& command : commands()) add_command(page, command);
  return page += kBehind;
}

std::string bash_completion() {
  Words names;
  for (const auto& command : commands()) names.emplace_back(command.name);
  std::string text = fmt::format(
      R"(# bash completion for lastack; `lastack completion` writes it.
_lastack() {{
  local cur=${{COMP_WORDS[COMP_CWORD]}} prev=${{COMP_WORDS[COMP_CWORD-1]}} ids
  COMPREPLY=()
  # --target=engine comes as three words.
  if [[ $cur == = ]]; then
    cur=
  elif [[ $prev == = ]]; then
    prev=${{COMP_WORDS[COMP_CWORD-2]}}
  fi
  if ((COMP_CWORD == 1)); then
    COMPREPLY=($(compgen -W '{0} help --help --version' -- "$cur"))
    return
  fi
  case ${{COMP_WORDS[1]}} in
    help) COMPREPLY=($(compgen -W '{0}' -- "$cur")) ;;
)",
      fmt::join(names, " "));
  for (const auto& command : commands()) {
    Words options = {"--help"};
    text += fmt::format("    {})\n      case $prev in\n", command.name);
    const auto described = command.options();
    for (const auto& option : described.options()) {
      options.push_back("--" + option->long_name());
      if (value_of(*option).empty()) continue;
      text += fmt::format("        --{}) {}; return ;;\n", option->long_name(), completes(*option));
    }
    text += fmt::format(
        "      esac\n      if [[ $cur == -* ]]; then\n        COMPREPLY=($(compgen -W '{}' -- "
        "\"$cur\"))\n      else\n{}        :\n      fi\n      ;;\n",
        fmt::join(options, " "), words_behind(command));
  }
  return text + "  esac\n}\ncomplete -o filenames -F _lastack lastack\n";
}

namespace {

po::options_description no_options() { return po::options_description{"options", 96}; }

int print(std::span<const std::string> words, std::string_view command, const std::string& text) {
  const auto parsed = parse_options(words, no_options());
  if (!parsed) return usage_error(parsed.error(), command);
  if (!parsed->words.empty()) return usage_error("it takes no arguments", command);
  return print_and_status(text);
}

}  // namespace

Command man_command() {
  return {
      .name = "man",
      .arguments = "",
      .says = "Prints the manual page, for man -l.",
      .more = "  lastack man | man -l -\n",
      .options = no_options,
      .run = [](std::span<const std::string> words) { return print(words, "man", manual_page()); }};
}

Command completion_command() {
  return {.name = "completion",
          .arguments = "",
          .says = "Prints what bash needs to complete its words.",
          .more = "  source <(lastack completion)\n",
          .options = no_options,
          .run = [](std::span<const std::string> words) {
            return print(words, "completion", bash_completion());
          }};
}

}  // namespace harness::cli
