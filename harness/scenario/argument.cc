#include "harness/scenario/argument.h"

#include <fmt/format.h>

#include <limits>
#include <utility>

#include "harness/base/spelling.h"
#include "harness/scenario/names.h"

namespace harness::scenario {
namespace {

using Kind = Argument::Kind;

constexpr int kDeepest = 3;
constexpr std::size_t kItemsMax = 64;

std::string_view nearest_constant(std::string_view word) {
  std::vector<std::string_view> names;
  for (const auto& constant : constants()) names.push_back(constant.name);
  for (const auto& error : errors()) names.push_back(error.name);
  return base::nearest(word, names);
}

std::int64_t parse_term(Cursor& cursor) {
  if (!cursor.now().is(Token::Kind::Word)) {
    return cursor.number("a number", std::numeric_limits<std::int64_t>::min(),
                         std::numeric_limits<std::int64_t>::max());
  }
  const auto word = cursor.now().text;
  auto value = constant_named(word);
  if (!value) value = error_named(word);
  if (!value) {
    cursor.fail(fmt::format("unknown symbol {}{}", quoted(word),
                            base::did_you_mean(nearest_constant(word))));
    return 0;
  }
  cursor.take();
  return *value;
}

int hex_digit(char c) {
  if (c >= '0' && c <= '9') return c - '0';
  const char lower = static_cast<char>(c | 0x20);
  return lower >= 'a' && lower <= 'f' ? lower - 'a' + 10 : -1;
}

void parse_escape(std::string_view& rest, std::size_t at, std::string& text, Cursor& cursor) {
  constexpr std::pair<char, char> kEscapes[] = {{'n', '\n'}, {'t', '\t'}, {'r', '\r'}, {'f', '\f'},
                                                {'v', '\v'}, {'"', '"'},  {'\\', '\\'}};
  const char c = rest[1];
  for (const auto& [letter, octet] : kEscapes) {
    if (c == letter) {
      text += octet;
      rest.remove_prefix(2);
      return;
    }
  }
  if (c == 'x' && rest.size() >= 4 && hex_digit(rest[2]) >= 0 && hex_digit(rest[3]) >= 0) {
    text += static_cast<char>(hex_digit(rest[2]) * 16 + hex_digit(rest[3]));
    rest.remove_prefix(4);
    return;
  }
  cursor.fail(at,
              "in a string a backslash is followed by n, t, r, f, v, x and two hex digits, a "
              "quotation mark or a backslash");
  rest = {};
}

// Strings side by side are one.
std::string parse_strings(Cursor& cursor) {
  std::string text;
  while (cursor.now().is(Token::Kind::String)) {
    const Token token = cursor.take();
    auto rest = token.text.substr(1, token.text.size() - 2);
    while (!rest.empty()) {
      if (rest[0] != '\\') {
        text += rest[0];
        rest.remove_prefix(1);
      } else {
        parse_escape(rest, token.end() - 1 - rest.size(), text, cursor);
      }
    }
  }
  return text;
}

Argument parse(Cursor& cursor, int depth);

void parse_items(Cursor& cursor, int depth, char close, Argument& into) {
  if (cursor.accept(close)) return;
  do {
    std::string_view name;
    if (into.is(Kind::Struct)) {
      if (!cursor.now().is(Token::Kind::Word)) cursor.fail_expected("the name of a field");
      name = cursor.take().text;
      cursor.expect('=');
    }
    if (into.items.size() == kItemsMax) {
      cursor.fail(fmt::format("more than {} items", kItemsMax));
    }
    into.items.push_back(parse(cursor, depth + 1));
    into.items.back().name = name;
  } while (cursor.accept(','));
  if (!cursor.accept(close)) cursor.fail_expected(fmt::format("`,` or `{}`", close));
}

Argument parse(Cursor& cursor, int depth) {
  Argument argument;
  argument.at = cursor.at();
  if (depth > kDeepest) {
    cursor.fail("lists are nested too deep");
  } else if (cursor.accept(Token::Kind::Dots)) {
    argument.kind = Kind::Dots;
  } else if (cursor.accept_word("NULL")) {
    argument.kind = Kind::Null;
  } else if (cursor.now().is(Token::Kind::String)) {
    argument.kind = Kind::Text;
    argument.text = parse_strings(cursor);
  } else if (cursor.accept('[')) {
    argument.kind = Kind::List;
    parse_items(cursor, depth, ']', argument);
  } else if (cursor.accept('{')) {
    argument.kind = Kind::Struct;
    parse_items(cursor, depth, '}', argument);
  } else if (cursor.at_number() || cursor.now().is(Token::Kind::Word)) {
    argument.kind = Kind::Number;
    argument.number = parse_expression(cursor);
  } else {
    cursor.fail_expected("an argument");
  }
  return argument;
}

}  // namespace

std::int64_t parse_expression(Cursor& cursor) {
  std::int64_t value = parse_term(cursor);
  while (cursor.accept('|')) value |= parse_term(cursor);
  return value;
}

Argument parse_argument(Cursor& cursor) { return parse(cursor, 0); }

}  // namespace harness::scenario
