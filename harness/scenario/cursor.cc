#include "harness/scenario/cursor.h"

#include <fmt/format.h>

#include <limits>
#include <utility>

namespace harness::scenario {
namespace {

using Kind = Token::Kind;

// The value of an Integer or a Hex token; nothing when it is beyond 64 bits.
std::optional<std::int64_t> value_of(const Token& token) {
  const bool hex = token.is(Kind::Hex), negative = token.text.starts_with('-');
  const std::uint64_t base = hex ? 16 : 10;
  std::uint64_t value = 0;
  for (char c : token.text.substr(hex ? 2 : (negative ? 1 : 0))) {
    const int digit = c <= '9' ? c - '0' : (c | 0x20) - 'a' + 10;
    if (value > std::uint64_t{std::numeric_limits<std::int64_t>::max()} / base) return std::nullopt;
    value = value * base + static_cast<std::uint64_t>(digit);
  }
  if (value > std::uint64_t{std::numeric_limits<std::int64_t>::max()}) return std::nullopt;
  return negative ? -static_cast<std::int64_t>(value) : static_cast<std::int64_t>(value);
}

std::string what_never_ends(std::string_view opening) {
  if (opening == "/*") return "this comment never ends: `*/` is missing";
  if (opening == "%{") return "this code block never ends: `}%` is missing";
  if (opening == "`") return "this command never ends: a back quote is missing";
  return "this string never ends: a quotation mark is missing";
}

}  // namespace

std::string quoted(std::string_view piece) { return "`" + harmless(piece, 40) + "`"; }

Token Cursor::peek() const { return next_token(source_.text(), now_.end()); }

Token Cursor::take() {
  const Token taken = now_;
  if (!taken.is(Kind::End)) move_to(taken.end());
  last_end_ = taken.end();
  return taken;
}

void Cursor::move_to(std::size_t offset) {
  if (failed()) return;
  now_ = next_token(source_.text(), offset);
  if (now_.is(Kind::Broken)) fail(what_never_ends(now_.text));
}

bool Cursor::accept(char symbol) {
  if (!now_.is(symbol)) return false;
  take();
  return true;
}

bool Cursor::accept(Kind kind) {
  if (!now_.is(kind)) return false;
  take();
  return true;
}

bool Cursor::accept_word(std::string_view word) {
  if (!now_.is_word(word)) return false;
  take();
  return true;
}

void Cursor::expect(char symbol) {
  if (!accept(symbol)) fail_expected(quoted({&symbol, 1}));
}

std::int64_t Cursor::number(std::string_view what, std::int64_t least, std::int64_t most) {
  if (!at_number()) {
    fail_expected(what);
    return least;
  }
  const auto value = value_of(now_);
  if (!value || *value < least || *value > most) {
    fail(fmt::format("{} is from {} to {}, found {}", what, least, most, found()));
    return least;
  }
  take();
  return *value;
}

std::string_view Cursor::take_raw(std::string_view characters) {
  const auto rest = source_.text().substr(now_.begin);
  const auto raw = rest.substr(0, rest.find_first_not_of(characters));
  last_end_ = now_.begin + raw.size();
  move_to(last_end_);
  return raw;
}

void Cursor::fail(std::size_t at, std::string message) {
  if (!failed()) fail(source_.diagnose(at, std::move(message)));
}

void Cursor::fail(Diagnostic diagnostic) {
  if (!failed()) error_ = std::move(diagnostic);
  const auto end = source_.text().size();
  now_ = {.kind = Kind::End, .begin = end, .text = source_.text().substr(end)};
}

void Cursor::fail_expected(std::string_view what) {
  fail(at_end() ? last_end_ : at(), fmt::format("expected {}, found {}", what, found()));
}

void Cursor::fail_unsupported(std::size_t at, std::string_view what) {
  fail(at, fmt::format("{} is not supported yet", what));
}

std::string Cursor::found() const {
  if (at_end()) return "the end of the file";
  if (now_.is(Kind::Code)) return "a code block";
  if (now_.is(Kind::Command)) return "a command";
  return quoted(now_.text);
}

}  // namespace harness::scenario
