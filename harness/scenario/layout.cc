#include "harness/scenario/layout.h"

#include <algorithm>
#include <set>
#include <vector>

#include "harness/scenario/diagnostic.h"
#include "harness/scenario/lexer.h"

namespace harness::scenario {
namespace {

constexpr std::string_view kBlanks = " \t";
constexpr std::string_view kContinued = "    ";  // In front of a line that goes on with a step.

std::string_view without_blanks_behind(std::string_view line) {
  const auto last = line.find_last_not_of(kBlanks);
  return line.substr(0, last == line.npos ? 0 : last + 1);
}

class Layout {
 public:
  Layout(std::string_view text, const Scenario& scenario) : text_(text) {
    const Source source{text, scenario.id + ".pkt"};
    // Where lines begin, so that places become offsets.
    std::vector<std::size_t> lines = {0};
    for (auto at = text.find('\n'); at != text.npos; at = text.find('\n', at + 1)) {
      lines.push_back(at + 1);
    }
    for (const Step& step : scenario.steps) {
      if (step.place.file != source.file() || step.place.line > lines.size()) continue;
      steps_.insert(lines[step.place.line - 1] + step.place.column - 1);
    }
  }

  std::string run() {
    for (;;) {
      const Token token = next_token(text_, at_);
      blank(text_.substr(at_, token.begin - at_));
      if (token.is(Token::Kind::End) || token.is(Token::Kind::Broken)) break;
      at_ = token.begin;
      if (in_head_ && header_line(token)) continue;
      in_head_ = false;
      begin(token);
      out_ += token.text;
      at_ = token.end();
    }
    while (out_.ends_with('\n') || out_.ends_with(' ')) out_.pop_back();
    return out_.empty() ? out_ : out_ + '\n';
  }

 private:
  bool at_line_start() const { return out_.empty() || out_.ends_with('\n'); }

  void end_line() {
    while (out_.ends_with(' ')) out_.pop_back();
    // One empty line at most, and none at the head of the file.
    if (out_.empty() || out_.ends_with("\n\n")) return;
    out_ += '\n';
  }

  // What stands between two words: line ends and comments stay, and blanks become one.
  void blank(std::string_view gap) {
    while (!gap.empty()) {
      if (gap.starts_with('\n')) {
        end_line();
        gap.remove_prefix(1);
      } else if (kBlanks.find(gap.front()) != kBlanks.npos) {
        if (!at_line_start() && !out_.ends_with(' ')) out_ += ' ';
        gap.remove_prefix(1);
      } else {
        gap.remove_prefix(comment(gap));
      }
    }
  }

  std::size_t comment(std::string_view gap) {
    const bool to_line_end = gap.starts_with("//");
    const auto length = to_line_end ? std::min(gap.find('\n'), gap.size()) : gap.find("*/", 2) + 2;
    auto rest = gap.substr(0, length);
    for (bool more = true; more;) {
      const auto end = rest.find('\n');
      more = end != rest.npos;
      out_ += without_blanks_behind(rest.substr(0, end));
      if (more) {
        out_ += '\n';
        rest.remove_prefix(end + 1);
      }
    }
    return length;
  }

  // name: value, to the end of the line.
  bool header_line(const Token& name) {
    if (!name.is(Token::Kind::Word)) return false;
    const Token colon = next_token(text_, name.end());
    if (!colon.is(':')) return false;
    if (!at_line_start()) end_line();
    auto line = text_.substr(colon.end());
    line = line.substr(0, line.find('\n'));
    // A comment ends the value, where it begins a word.
    std::size_t end = line.size();
    for (const std::string_view mark : {"//", "/*"}) {
      auto at = line.find(mark);
      while (at != line.npos && at > 0 && kBlanks.find(line[at - 1]) == kBlanks.npos) {
        at = line.find(mark, at + 1);
      }
      end = std::min(end, at);
    }
    at_ = colon.end() + end;
    const bool list = name.text == "rules" || name.text == "claims" || name.text == "needs";
    out_ += name.text;
    out_ += ':';
    add_value(line.substr(0, end), list);
    if (end < line.size()) out_ += ' ';
    return true;
  }

  void add_value(std::string_view value, bool list) {
    const std::string_view between = list ? " \t," : kBlanks;
    bool first = true;
    while (true) {
      const auto begin = value.find_first_not_of(between);
      if (begin == value.npos) return;
      value.remove_prefix(begin);
      const auto word = value.substr(0, value.find_first_of(between));
      out_ += first || !list ? " " : ", ";
      out_ += word;
      first = false;
      value.remove_prefix(word.size());
    }
  }

  void begin(const Token& token) {
    const bool use = token.is_word("use") && next_token(text_, token.end()).is(Token::Kind::String);
    const bool step = steps_.contains(token.begin);
    in_steps_ = in_steps_ || step || use;
    if (!at_line_start() && (step || use)) end_line();
    if (at_line_start() && in_steps_ && !step && !use) out_ += kContinued;
  }

  std::string_view text_;
  std::set<std::size_t> steps_;  // Offsets at which steps begin.
  std::size_t at_ = 0;
  bool in_head_ = true, in_steps_ = false;
  std::string out_;
};

}  // namespace

std::string lay_out(std::string_view text, const Scenario& scenario) {
  return Layout{text, scenario}.run();
}

}  // namespace harness::scenario
