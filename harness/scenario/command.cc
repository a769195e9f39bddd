#include "harness/scenario/command.h"

#include <algorithm>
#include <optional>
#include <utility>

namespace harness::scenario {
namespace {

using Words = std::vector<std::string>;

constexpr std::string_view kWordCharacters =
    "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789_-./=:,+%@";

// A command line in simple commands, as far as one can read it without a shell: words, quotes, and
// between commands `;`, `&&` or the end of a line. Nothing when there is more to it.
std::optional<std::vector<Words>> simple_commands(std::string_view text) {
  std::vector<Words> commands(1);
  std::optional<std::string> word;
  const auto end_word = [&] {
    if (word) commands.back().push_back(std::move(*word));
    word.reset();
  };
  while (!text.empty()) {
    const char c = text[0];
    std::size_t taken = 1;
    if (c == ' ' || c == '\t') {
      end_word();
    } else if (c == ';' || c == '\n' || text.starts_with("&&")) {
      end_word();
      commands.emplace_back();
      taken = c == '&' ? 2 : 1;
    } else if (c == '"' || c == '\'') {
      const auto close = text.find(c, 1);
      if (close == text.npos) return std::nullopt;
      const auto inside = text.substr(1, close - 1);
      if (c == '"' && inside.find_first_of("$`\\") != inside.npos) return std::nullopt;
      if (inside.find('\n') != inside.npos) return std::nullopt;
      word = word.value_or("") + std::string(inside);
      taken = close + 1;
    } else if (kWordCharacters.find(c) != kWordCharacters.npos) {
      word = std::move(word).value_or("") + c;
    } else {
      return std::nullopt;
    }
    text.remove_prefix(taken);
  }
  end_word();
  return commands;
}

// sysctl(8) takes a/b.c for a.b/c: whichever comes first separates.
std::string with_dots(std::string name) {
  if (const auto first = name.find_first_of("./"); first == name.npos || name[first] == '.') {
    return name;
  }
  for (char& c : name) {
    if (c == '.' || c == '/') c = c == '.' ? '/' : '.';
  }
  return name;
}

// Adds what `sysctl [-q] [-w] NAME=VALUE ...` sets. False for every other command.
bool add_settings(const Words& words, std::vector<std::string>& settings) {
  constexpr std::string_view kPrograms[] = {"sysctl", "/sbin/sysctl", "/usr/sbin/sysctl"};
  constexpr std::string_view kOptions[] = {"-q", "-w", "-qw", "-wq"};
  if (std::ranges::find(kPrograms, words[0]) == std::end(kPrograms)) return false;
  bool any = false;
  for (std::size_t i = 1; i < words.size(); ++i) {
    const std::string& word = words[i];
    if (std::ranges::find(kOptions, word) != std::end(kOptions)) continue;
    const auto equals = word.find('=');
    if (word.starts_with('-') || equals == word.npos || equals == 0) return false;
    settings.push_back(with_dots(word.substr(0, equals)) + word.substr(equals));
    any = true;
  }
  return any;
}

}  // namespace

std::vector<std::string> sysctls_of(std::string_view command) {
  std::vector<std::string> settings;
  const auto commands = simple_commands(command);
  if (!commands) return {};
  for (const Words& words : *commands) {
    if (!words.empty() && !add_settings(words, settings)) return {};
  }
  return settings;
}

}  // namespace harness::scenario
