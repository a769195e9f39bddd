#include "harness/scenario/parser.h"

#include <fmt/format.h>

#include <algorithm>
#include <utility>
#include <vector>

#include "harness/base/spelling.h"
#include "harness/scenario/command.h"
#include "harness/scenario/cursor.h"
#include "harness/scenario/parse_call.h"
#include "harness/scenario/parse_header.h"
#include "harness/scenario/parse_options.h"
#include "harness/scenario/parse_packet.h"
#include "harness/scenario/parse_time.h"

namespace harness::scenario {
namespace {

using Kind = Token::Kind;

constexpr std::size_t kStepsMax = 100'000;
constexpr std::size_t kUsesDeep = 8, kUsesMax = 100;
constexpr std::size_t kStepColumns = 400;

// Comments and line ends become one blank each.
std::string on_one_line(std::string_view text) {
  std::string line;
  for (std::size_t at = 0;;) {
    const Token token = next_token(text, at);
    if (token.is(Kind::End) || token.is(Kind::Broken)) break;
    if (token.begin > at) line += ' ';
    line += token.text;
    at = token.end();
  }
  std::ranges::replace(line, '\n', ' ');
  return harmless(line, kStepColumns);
}

class Parser {
 public:
  Parser(Scenario& scenario, const ReadFile& use) : scenario_(scenario), use_(use) {}

  // The scenario itself, or a file it uses.
  std::optional<Diagnostic> parse(std::string_view text, const std::string& file);
  // Steps that go on behind others.
  std::optional<Diagnostic> parse_more(std::string_view text, const std::string& file) {
    timeline_ = Timeline::behind_others();
    files_.emplace_back();  // The script they are to stand in.
    return parse(text, file);
  }

 private:
  bool top() const { return files_.size() == 1; }
  void parse_steps(Cursor&);
  void parse_head(Cursor&);
  void parse_untimed_command(bool first, Cursor&);
  void parse_event(Cursor&);
  void parse_use(Cursor&);
  void refuse(Cursor&);
  void add(Step, std::size_t at, Cursor&);

  Scenario& scenario_;
  const ReadFile& use_;
  Timeline timeline_;
  std::vector<std::string> files_;  // Being read: each is used by the one before it.
  std::size_t octets_ = 0, uses_ = 0;
};

// What makes a file no script at all, whatever else is in it.
std::optional<Diagnostic> check_octets(const Source& source) {
  const auto text = source.text();
  if (text.starts_with("\xEF\xBB\xBF")) {
    return source.diagnose(0, "this file begins with a byte order mark; save it without one");
  }
  if (const auto at = text.find('\0'); at != text.npos) {
    return source.diagnose(at, "a NUL octet: this is no script");
  }
  if (const auto at = text.find('\r'); at != text.npos) {
    return source.diagnose(
        at, text.substr(at).starts_with("\r\n")
                ? "this file has Windows line ends; save it with line feeds only"
                : "a carriage return separates nothing; write a blank or a line feed");
  }
  return std::nullopt;
}

std::optional<Diagnostic> Parser::parse(std::string_view text, const std::string& file) {
  octets_ += text.size();
  if (octets_ > kLargestScript) return about_file(file, too_large());
  const Source source{text, file};
  if (auto error = check_octets(source)) return error;
  files_.push_back(file);
  Cursor cursor{source};
  parse_head(cursor);
  parse_steps(cursor);
  files_.pop_back();
  return cursor.error();
}

void Parser::parse_head(Cursor& cursor) {
  if (!top()) {
    if (at_header(cursor)) cursor.fail("a file that is used has no header; the scenario has one");
    if (cursor.now().is('-')) cursor.fail("a file that is used has no options");
    return;
  }
  scenario_.prose = prose_of(cursor.source().text());
  scenario_.title = scenario_.prose.substr(0, scenario_.prose.find('\n'));
  parse_header(scenario_, cursor);
  while (cursor.now().is_word("use")) parse_use(cursor);
  parse_options(scenario_.options, cursor);
}

void Parser::parse_steps(Cursor& cursor) {
  bool any = scenario_.steps.size() > 0 && top();
  while (!cursor.at_end()) {
    if (at_time(cursor)) {
      parse_event(cursor);
    } else if (cursor.now().is_word("use")) {
      parse_use(cursor);
    } else if (cursor.now().is(Kind::Command)) {
      parse_untimed_command(!any, cursor);
      if (any) break;
      continue;  // The first step is still to come.
    } else {
      refuse(cursor);
    }
    any = true;
  }
  if (!any) cursor.fail(cursor.last_end(), "there is no step in this file");
}

// What stands where a step should begin.
void Parser::refuse(Cursor& cursor) {
  if (cursor.now().is(Kind::Code)) return cursor.fail_unsupported(cursor.at(), "a code block");
  if (at_header(cursor)) {
    return cursor.fail("header lines stand at the head of the file, before options and steps");
  }
  if (cursor.now().is('-')) return cursor.fail("options stand before the first step");
  cursor.fail_expected("a step, which begins with a time such as +0 or 0.5");
}

void Parser::add(Step step, std::size_t at, Cursor& cursor) {
  if (cursor.failed()) return;
  if (scenario_.steps.size() == kStepsMax) {
    return cursor.fail(at, fmt::format("more than {} steps", kStepsMax));
  }
  const auto& source = cursor.source();
  step.place = source.place(at);
  step.text = on_one_line(source.text().substr(at, cursor.last_end() - at));
  scenario_.steps.push_back(std::move(step));
}

CommandStep command_of(const Token& token) {
  CommandStep step;
  step.command = token.text.substr(1, token.text.size() - 2);
  step.sysctls = sysctls_of(step.command);
  return step;
}

// Before the first step the init command, after the last one the cleanup command.
void Parser::parse_untimed_command(bool first, Cursor& cursor) {
  const auto at = cursor.at();
  Step step;
  step.when.kind = When::Kind::Relative;
  step.what = command_of(cursor.take());
  if (first && cursor.now().is(Kind::Command)) {
    cursor.fail("one command can stand before the first step; give this one a time");
  } else if (!first && (!cursor.at_end() || !top())) {
    cursor.fail(at, "a command between steps begins with a time: +0 `...`");
  }
  add(std::move(step), at, cursor);
}

StateStep parse_state(Cursor& cursor) {
  constexpr std::string_view kNameCharacters =
      "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789_-";
  StateStep step;
  cursor.take();
  if (cursor.accept('(')) {
    step.fd = static_cast<std::int32_t>(cursor.number("a file descriptor", 0, 0x7FFF'FFFF));
    cursor.expect(')');
  } else if (cursor.accept(':')) {
    step.port = cursor.natural<wire::Port>("a port", 0xFFFF);
  }
  const auto at = cursor.at();
  const auto name = cursor.take_raw(kNameCharacters);
  if (const auto state = event::state_named(name)) {
    step.state = *state;
    return step;
  }
  std::vector<std::string_view> names;
  for (int i = 1; i <= 11; ++i) names.push_back(event::name(static_cast<event::TcpState>(i)));
  if (const auto near = base::nearest(name, names); !near.empty()) {
    cursor.fail(at, fmt::format("unknown state {}{}", quoted(name), base::did_you_mean(near)));
  }
  cursor.fail(at, fmt::format("expected one of {}", fmt::join(names, ", ")));
  return step;
}

void Parser::parse_event(Cursor& cursor) {
  const auto at = cursor.at();
  Step step;
  step.when = parse_when(cursor);
  const auto what = cursor.at();
  const bool expects = cursor.now().is('>');
  bool call = false;
  if (expects || cursor.now().is('<')) {
    step.what = parse_packet(cursor);
  } else if (cursor.now().is(Kind::Command)) {
    step.what = command_of(cursor.take());
  } else if (cursor.now().is(Kind::Code)) {
    cursor.fail_unsupported(what, "a code block");
  } else if (cursor.now().is_word("state")) {
    step.what = parse_state(cursor);
  } else if (cursor.accept_word("silence")) {
    // What follows may be the next step, which is not to blame.
    if (cursor.now().is('+') || cursor.now().is('*')) {
      cursor.fail(what, "`silence` wants a number of seconds behind it");
    }
    const auto lasts = parse_seconds_here(cursor);
    if (lasts == clock::Duration{}) cursor.fail(what, "a silence lasts some time");
    timeline_.take(lasts, at, cursor);
    step.what = SilenceStep{lasts};
  } else if (cursor.now().is_word("use")) {
    cursor.fail("`use` has no time of its own: the steps of the file have theirs");
  } else if (cursor.now().is(Kind::Word) && cursor.peek().is('(')) {
    step.what = parse_call(cursor);
    call = true;
  } else {
    cursor.fail_expected("a packet, a call, state, silence or a command behind the time");
  }
  const auto& when = step.when;
  if (!expects && (when.kind == When::Kind::Any || when.from != when.to)) {
    cursor.fail(at, "only what is expected, `>`, can come at any time or within a range");
  }
  if (!call && when.returns) {
    cursor.fail(at, "only a call can take until a second time");
  }
  timeline_.add(when, at, !top(), cursor);
  add(std::move(step), at, cursor);
}

// use "preamble/established.pkt": its steps, here.
void Parser::parse_use(Cursor& cursor) {
  const auto at = cursor.at();
  cursor.take();
  if (!cursor.now().is(Kind::String)) return cursor.fail_expected("the path of a file in quotes");
  const Token token = cursor.now();
  const std::string path{token.text.substr(1, token.text.size() - 2)};
  if (path.empty() || path.find_first_of("\\\n") != path.npos || path.starts_with('/')) {
    return cursor.fail("a path is relative to the scenarios folder or to this file's");
  }
  if (std::ranges::find(files_, path) != files_.end()) {
    return cursor.fail(fmt::format("{} uses itself", quoted(path)));
  }
  if (files_.size() > kUsesDeep || ++uses_ > kUsesMax) {
    return cursor.fail("too many files use each other");
  }
  const auto text = use_ ? use_(path) : std::unexpected(std::string("no files can be used here"));
  if (!text) return cursor.fail(fmt::format("cannot read {}: {}", quoted(path), text.error()));
  if (auto error = parse(*text, path)) {
    error->message += fmt::format(" (used at {})", cursor.source().place(at).print());
    return cursor.fail(std::move(*error));
  }
  cursor.take();
}

}  // namespace

Diagnostic about_file(std::string file, std::string message) {
  Diagnostic diagnostic;
  diagnostic.place = {.file = std::move(file), .line = 1, .column = 1};
  diagnostic.message = std::move(message);
  return diagnostic;
}

std::string too_large() {
  return fmt::format("this is more than the {} MiB that a script may have", kLargestScript >> 20);
}

std::expected<Scenario, Diagnostic> parse_pkt(std::string_view text, std::string id,
                                              const ReadFile& use) {
  Scenario scenario;
  scenario.id = std::move(id);
  Parser parser{scenario, use};
  if (auto error = parser.parse(text, scenario.id + ".pkt")) {
    return std::unexpected(std::move(*error));
  }
  return scenario;
}

std::expected<std::vector<Step>, Diagnostic> parse_more(std::string_view text, std::string file,
                                                        const ReadFile& use) {
  Scenario scenario;
  Parser parser{scenario, use};
  if (auto error = parser.parse_more(text, file)) return std::unexpected(std::move(*error));
  return std::move(scenario.steps);
}

}  // namespace harness::scenario
