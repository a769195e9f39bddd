#include "harness/scenario/lexer.h"

#include <algorithm>

namespace harness::scenario {
namespace {

using Kind = Token::Kind;

bool is_digit(char c) { return c >= '0' && c <= '9'; }
bool is_hex(char c) { return is_digit(c) || (c >= 'a' && c <= 'f') || (c >= 'A' && c <= 'F'); }
bool is_word(char c) {
  return is_digit(c) || (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || c == '_';
}

template <class Predicate>
std::size_t run_length(std::string_view text, std::size_t from, Predicate in) {
  std::size_t end = from;
  while (end < text.size() && in(text[end])) ++end;
  return end - std::min(from, end);
}

// Octets of what `quote` opens at the start of `text`; 0 when it never closes.
std::size_t quoted_length(std::string_view text, char quote) {
  for (std::size_t i = 1; i < text.size(); ++i) {
    if (text[i] == '\\') {
      ++i;
    } else if (text[i] == quote) {
      return i + 1;
    }
  }
  return 0;
}

struct Match {
  Kind kind;
  std::size_t length;
};

// A number or a word; of equally long ones the number.
Match number_or_word(std::string_view text) {
  const std::size_t sign = text[0] == '-' ? 1 : 0;
  const auto digits = run_length(text, sign, is_digit);
  const auto whole = sign + digits;
  if (whole < text.size() && text[whole] == '.') {
    if (const auto behind = run_length(text, whole + 1, is_digit); behind > 0) {
      return {Kind::Decimal, whole + 1 + behind};
    }
  }
  const auto word = run_length(text, 0, is_word);
  if (text.starts_with("0x")) {
    const auto hex = run_length(text, 2, is_hex);
    if (hex > 0 && hex + 2 == word) return {Kind::Hex, word};
  }
  if (digits > 0 && whole >= word) return {Kind::Integer, whole};
  if (word > 0) return {Kind::Word, word};
  return {Kind::Symbol, 1};
}

std::size_t character_length(std::string_view text) {
  if (static_cast<unsigned char>(text[0]) < 0xC0) return 1;
  const auto more = run_length(text.substr(0, 4), 1,
                               [](char c) { return (static_cast<unsigned char>(c) >> 6) == 2; });
  return 1 + more;
}

Match match(std::string_view text) {
  const char first = text[0];
  if (first == '"' || first == '`') {
    const auto length = quoted_length(text, first);
    if (length == 0) return {Kind::Broken, 1};
    return {first == '"' ? Kind::String : Kind::Command, length};
  }
  if (text.starts_with("%{")) {
    const auto close = text.find("}%", 2);
    return close == text.npos ? Match{Kind::Broken, 2} : Match{Kind::Code, close + 2};
  }
  if (text.starts_with("...")) return {Kind::Dots, 3};
  if (is_word(first) || first == '-' || first == '.') return number_or_word(text);
  return {Kind::Symbol, character_length(text)};
}

}  // namespace

Blank skip_blank(std::string_view text, std::size_t from) {
  for (;;) {
    from += run_length(text, from, [](char c) { return c == ' ' || c == '\t' || c == '\n'; });
    const auto rest = text.substr(from);
    if (rest.starts_with("//")) {
      from = std::min(text.find('\n', from), text.size());
    } else if (rest.starts_with("/*")) {
      const auto close = text.find("*/", from + 2);
      if (close == text.npos) return {.end = from, .unended = true};
      from = close + 2;
    } else {
      return {.end = from, .unended = false};
    }
  }
}

Token next_token(std::string_view text, std::size_t from) {
  const auto [begin, unended] = skip_blank(text, from);
  const auto rest = text.substr(begin);
  if (unended) return {.kind = Kind::Broken, .begin = begin, .text = rest.substr(0, 2)};
  if (rest.empty()) return {.kind = Kind::End, .begin = begin, .text = rest};
  const auto [kind, length] = match(rest);
  return {.kind = kind, .begin = begin, .text = rest.substr(0, length)};
}

}  // namespace harness::scenario
