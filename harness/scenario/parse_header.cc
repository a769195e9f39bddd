#include "harness/scenario/parse_header.h"

#include <fmt/format.h>

#include <algorithm>
#include <utility>
#include <vector>

#include "harness/base/spelling.h"
#include "harness/clock/print.h"
#include "harness/rules/claim.h"
#include "harness/rules/rule.h"
#include "harness/scenario/parse_time.h"

namespace harness::scenario {
namespace {

constexpr std::string_view kBlanks = " \t";
constexpr std::size_t kProseColumns = 400;  // Of a line; what is longer is no prose.

std::string_view trimmed(std::string_view text) {
  const auto first = text.find_first_not_of(kBlanks);
  if (first == text.npos) return {};
  return text.substr(first, text.find_last_not_of(kBlanks) - first + 1);
}

std::string_view take_line(std::string_view& text) {
  const auto line = text.substr(0, text.find('\n'));
  text.remove_prefix(std::min(line.size() + 1, text.size()));
  return line;
}

// A piece of a header line, and where it stands in the file.
struct Piece {
  std::string_view text;
  std::size_t at = 0;
};

// What is behind the colon; a comment at its end is not.
Piece value_of_line(std::string_view file, std::size_t from) {
  auto rest = file.substr(from);
  rest = rest.substr(0, rest.find('\n'));
  for (std::size_t i = 0; i + 1 < rest.size(); ++i) {
    const bool begins = i == 0 || kBlanks.find(rest[i - 1]) != kBlanks.npos;
    if (begins && rest[i] == '/' && (rest[i + 1] == '/' || rest[i + 1] == '*')) {
      rest = rest.substr(0, i);
    }
  }
  const auto value = trimmed(rest);
  return {value, value.empty() ? from : static_cast<std::size_t>(value.data() - file.data())};
}

std::vector<Piece> words_of(const Piece& line) {
  std::vector<Piece> words;
  for (std::size_t i = 0; (i = line.text.find_first_not_of(" \t,", i)) != line.text.npos;) {
    const auto end = std::min(line.text.find_first_of(" \t,", i), line.text.size());
    words.push_back({line.text.substr(i, end - i), line.at + i});
    i = end;
  }
  return words;
}

bool once(const std::vector<std::string>& before, const Piece& word, Cursor& cursor) {
  const bool twice = std::ranges::find(before, word.text) != before.end();
  if (twice) cursor.fail(word.at, fmt::format("{} is named twice", quoted(word.text)));
  return !twice;
}

void rules(const Piece& line, Scenario& scenario, Cursor& cursor) {
  for (const Piece& word : words_of(line)) {
    if (rules::find_rule(word.text) == nullptr) {
      const auto* near = rules::nearest_rule(word.text);
      cursor.fail(word.at, fmt::format("no requirement is called {}{}", quoted(word.text),
                                       base::did_you_mean(near ? near->id : std::string_view{})));
    }
    if (cursor.failed() || !once(scenario.rules, word, cursor)) return;
    scenario.rules.emplace_back(word.text);
  }
}

void claims(const Piece& line, Scenario& scenario, Cursor& cursor) {
  for (const Piece& word : words_of(line)) {
    if (rules::find_claim(word.text) == nullptr) {
      std::vector<std::string_view> ids;
      for (const auto& claim : rules::claims()) ids.push_back(claim.id);
      cursor.fail(word.at, fmt::format("no claim is called {}{}", quoted(word.text),
                                       base::did_you_mean(base::nearest(word.text, ids))));
    }
    if (cursor.failed() || !once(scenario.claims, word, cursor)) return;
    scenario.claims.emplace_back(word.text);
  }
}

void needs(const Piece& line, Scenario& scenario, Cursor& cursor) {
  for (const Piece& word : words_of(line)) {
    const auto capability = target::capability_named(word.text);
    if (!capability) {
      std::vector<std::string_view> names;
      for (const auto known : target::capabilities()) names.push_back(target::name(known));
      return cursor.fail(word.at, fmt::format("no capability is called {}; there are {}",
                                              quoted(word.text), fmt::join(names, ", ")));
    }
    if (std::ranges::find(scenario.needs, *capability) != scenario.needs.end()) {
      return cursor.fail(word.at, fmt::format("{} is named twice", quoted(word.text)));
    }
    scenario.needs.push_back(*capability);
  }
}

void slow(const Piece& line, Scenario& scenario, Cursor&) {
  scenario.slow = harmless(line.text, kProseColumns);
}

void faults(const Piece& line, Scenario& scenario, Cursor& cursor) {
  auto faults = link::parse_faults(line.text);
  if (!faults) {
    return cursor.fail(line.at + faults.error().column - 1, std::move(faults.error().message));
  }
  scenario.faults = std::move(*faults);
}

// 0.5s, 20ms, 100us.
clock::Duration duration(const Piece& line, Cursor& cursor) {
  const auto unit_at = line.text.find_first_not_of("0123456789.");
  const auto unit = unit_at == line.text.npos ? "" : line.text.substr(unit_at);
  const auto number = clock::parse_seconds(line.text.substr(0, unit_at));
  const int divisor = unit == "s" ? 1 : unit == "ms" ? 1'000 : unit == "us" ? 1'000'000 : 0;
  if (!number || divisor == 0) {
    cursor.fail(line.at,
                fmt::format("expected a time such as 0.5s or 20ms, found {}", quoted(line.text)));
    return {};
  }
  const auto time = *number / divisor;
  if (time > kLongest) cursor.fail(line.at, "this is too long a time");
  return time;
}

void settle(const Piece& line, Scenario& scenario, Cursor& cursor) {
  scenario.settle = duration(line, cursor);
}

void limit(const Piece& line, Scenario& scenario, Cursor& cursor) {
  scenario.limit = duration(line, cursor);
  if (*scenario.limit == clock::Duration{}) cursor.fail(line.at, "no scenario is over at once");
}

struct Directive {
  std::string_view name;
  void (*read)(const Piece&, Scenario&, Cursor&);
};
constexpr Directive kDirectives[] = {{"rules", rules}, {"claims", claims}, {"needs", needs},
                                     {"slow", slow},   {"faults", faults}, {"settle", settle},
                                     {"limit", limit}};

void parse_line(Scenario& scenario, std::vector<std::string_view>& seen, Cursor& cursor) {
  const auto name = cursor.now().text;
  const auto directive = std::ranges::find(kDirectives, name, &Directive::name);
  if (directive == std::end(kDirectives)) {
    std::vector<std::string_view> names;
    for (const auto& known : kDirectives) names.push_back(known.name);
    return cursor.fail(fmt::format("unknown header line {}{}", quoted(name),
                                   base::did_you_mean(base::nearest(name, names))));
  }
  if (std::ranges::find(seen, name) != seen.end()) {
    return cursor.fail(fmt::format("`{}:` stands here twice", name));
  }
  seen.push_back(directive->name);
  const auto line = value_of_line(cursor.source().text(), cursor.peek().end());
  if (line.text.empty()) return cursor.fail(fmt::format("`{}:` says nothing", name));
  directive->read(line, scenario, cursor);
  cursor.move_to(line.at + line.text.size());
}

}  // namespace

std::string prose_of(std::string_view text) {
  std::string prose;
  const auto add = [&](std::string_view line) {
    if (line.starts_with(' ')) line.remove_prefix(1);
    const auto end = line.find_last_not_of(kBlanks);
    prose += harmless(line.substr(0, end == line.npos ? 0 : end + 1), kProseColumns) + '\n';
  };
  text = text.substr(std::min(text.find_first_not_of(" \t\n"), text.size()));
  if (text.starts_with("/*")) {
    text = text.substr(2, text.find("*/") - 2);
    while (!text.empty()) {
      auto line = take_line(text);
      line.remove_prefix(std::min(line.find_first_not_of(kBlanks), line.size()));
      if (line.starts_with('*')) line.remove_prefix(1);
      add(line);
    }
  } else {
    while (trimmed(text.substr(0, text.find('\n'))).starts_with("//")) {
      add(trimmed(take_line(text)).substr(2));
    }
  }
  const auto first = prose.find_first_not_of('\n');
  if (first == prose.npos) return "";
  return prose.substr(first, prose.find_last_not_of('\n') - first + 1);
}

bool at_header(const Cursor& cursor) {
  return cursor.now().is(Token::Kind::Word) && cursor.peek().is(':');
}

void parse_header(Scenario& scenario, Cursor& cursor) {
  std::vector<std::string_view> seen;
  while (at_header(cursor)) parse_line(scenario, seen, cursor);
}

}  // namespace harness::scenario
