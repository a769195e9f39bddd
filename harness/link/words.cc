#include "harness/link/words.h"

#include <fmt/format.h>

#include <limits>
#include <utility>

#include "harness/base/spelling.h"

namespace harness::link {
namespace {

constexpr std::uint64_t kLongest = 1'000'000'000'000'000;  // Of a time, in ns.
constexpr std::uint64_t kFastest = 1'000'000'000'000;      // Bits per second.

bool is_digit(char c) { return c >= '0' && c <= '9'; }
bool is_letter(char c) { return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z'); }

// Letters and hyphens; behind the first hyphen digits too: FIN-WAIT-1, fin_wait1.
std::size_t word_size(std::string_view rest) {
  std::size_t size = 1;
  for (bool pieces = false; size < rest.size(); ++size) {
    const char c = rest[size];
    pieces = pieces || c == '-' || c == '_';
    if (!is_letter(c) && c != '-' && c != '_' && !(pieces && is_digit(c))) break;
  }
  return size;
}

std::size_t text_size(std::string_view rest) {
  for (std::size_t i = 1; i < rest.size(); ++i) {
    if (rest[i] == '\\') {
      ++i;
    } else if (rest[i] == '"') {
      return i + 1;
    }
  }
  return rest.size();
}

int hex_value(char c) {
  if (is_digit(c)) return c - '0';
  if (c >= 'a' && c <= 'f') return c - 'a' + 10;
  return c >= 'A' && c <= 'F' ? c - 'A' + 10 : -1;
}

}  // namespace

Words::Words(std::string_view text) : text_(text) { next(); }

std::size_t Words::token_size(std::string_view rest) const {
  if (rest.empty()) return 0;
  if (is_letter(rest[0])) return word_size(rest);
  if (rest[0] == '"') return text_size(rest);
  if (rest.starts_with("..") || rest.starts_with("+-") || rest.starts_with("\xC2\xB1")) return 2;
  std::size_t size = 1;
  if (!is_digit(rest[0])) return size;
  while (size < rest.size() && is_digit(rest[size])) ++size;
  if (size + 1 < rest.size() && rest[size] == '.' && is_digit(rest[size + 1])) ++size;
  while (size < rest.size() && is_digit(rest[size])) ++size;
  return size;
}

void Words::next() {
  at_ += token_.size();
  while (at_ < text_.size() && (text_[at_] == ' ' || text_[at_] == '\t')) ++at_;
  const auto rest = text_.substr(at_);
  token_ = rest.substr(0, token_size(rest));
}

bool Words::take(std::string_view token) {
  if (token_ != token) return false;
  next();
  return true;
}

bool Words::at_number() const { return !token_.empty() && is_digit(token_[0]); }

std::string_view Words::peek() const {
  Words behind = *this;
  behind.next();
  return behind.now();
}

void Words::fail(std::size_t at, std::string message) {
  if (!error_) error_ = FaultError{.column = at + 1, .message = std::move(message)};
  at_ = text_.size();
  token_ = {};
}

std::string Words::found() const {
  if (token_.empty()) return "the end";
  std::string shown;
  for (char c : token_.substr(0, 40)) {
    shown += c >= ' ' && c <= '~' ? c : '?';
  }
  return "`" + shown + "`";
}

void Words::expected(std::string_view what, std::span<const std::string_view> known) {
  fail(fmt::format("expected {}, found {}{}", what, found(),
                   base::did_you_mean(base::nearest(token_, known))));
}

std::optional<Words::Decimal> Words::decimal(std::string_view what) {
  if (!at_number()) {
    expected(what);
    return std::nullopt;
  }
  Decimal number;
  bool fraction = false;
  for (char c : token_) {
    if (c == '.') {
      fraction = true;
      continue;
    }
    number.digits = number.digits * 10 + static_cast<std::uint64_t>(c - '0');
    number.behind += fraction ? 1 : 0;
    if (number.digits > kLongest || number.behind > 9) {
      fail(fmt::format("{} is too large or too fine", found()));
      return std::nullopt;
    }
  }
  next();
  return number;
}

std::uint32_t Words::whole(std::string_view what, std::uint32_t least) {
  const auto at = at_;
  const auto number = decimal(what);
  if (!number) return least;
  if (number->behind != 0 || number->digits < least ||
      number->digits > std::numeric_limits<std::uint32_t>::max()) {
    fail(at, fmt::format("expected {}: a whole number from {}", what, least));
    return least;
  }
  return static_cast<std::uint32_t>(number->digits);
}

std::uint32_t Words::count(std::string_view what) { return whole(what, 1); }

Range Words::range(std::string_view what, bool from_one) {
  const auto at = at_;
  Range range;
  range.first = range.last = whole(what, from_one ? 1 : 0);
  if (take("..")) range.last = whole("where it ends", from_one ? 1 : 0);
  if (range.last < range.first) fail(at, "the larger number comes second");
  return range;
}

base::Ratio Words::rate() {
  const auto at = at_;
  const auto number = decimal("a rate such as 5% or 1/20");
  if (!number) return kAlways;
  std::uint64_t parts = number->digits, of = 100;
  if (take("/")) {
    const auto below = decimal("the lower number of a rate");
    if (!below) return kAlways;
    of = number->behind == 0 && below->behind == 0 ? below->digits : 0;
  } else if (take("%")) {
    for (int i = 0; i < number->behind; ++i) of *= 10;
  } else {
    expected("`%` or `/` behind the number of a rate");
    return kAlways;
  }
  if (of == 0 || parts > of || of > std::numeric_limits<std::uint32_t>::max()) {
    fail(at, "a rate is from 0% to 100%, or N/M with N at most M and M above 0");
    return kAlways;
  }
  return {.parts = static_cast<std::uint32_t>(parts), .of = static_cast<std::uint32_t>(of)};
}

clock::Duration Words::time() {
  const auto at = at_;
  const auto number = decimal("a time such as 20ms or 0.5s");
  if (!number) return {};
  int exponent = 0;
  if (take("s")) {
    exponent = 9;
  } else if (take("ms")) {
    exponent = 6;
  } else if (take("us")) {
    exponent = 3;
  } else {
    expected("`s`, `ms` or `us` behind the number of a time");
    return {};
  }
  std::uint64_t nanoseconds = number->digits;
  for (; exponent > number->behind; --exponent) {
    nanoseconds *= 10;
    if (nanoseconds > kLongest) {
      fail(at, "a time on a link is at most 1000000 s");
      return {};
    }
  }
  for (int finer = number->behind; finer > exponent; --finer) nanoseconds /= 10;
  return clock::Duration{static_cast<std::int64_t>(nanoseconds)};
}

std::uint64_t Words::bits_per_second() {
  static constexpr std::string_view kUnits[] = {"bit", "kbit", "mbit", "gbit"};
  const auto at = at_;
  const auto number = decimal("a rate such as 1mbit or 64kbit");
  if (!number) return 1;
  std::uint64_t scale = 1;
  for (const auto unit : kUnits) {
    if (take(unit)) {
      const auto bits = number->digits > kFastest ? kFastest + 1 : number->digits * scale;
      std::uint64_t below = 1;
      for (int i = 0; i < number->behind; ++i) below *= 10;
      if (bits % below != 0 || bits == 0 || bits / below > kFastest) {
        fail(at, "a link carries whole bits each second, from 1bit to 1000gbit");
        return 1;
      }
      return bits / below;
    }
    scale *= 1000;
  }
  expected("`bit`, `kbit`, `mbit` or `gbit` behind the number", kUnits);
  return 1;
}

std::string Words::text() {
  const auto at = at_;
  const auto quoted = token_;
  if (!at_text() || quoted.size() < 2 || quoted.back() != '"' ||
      text_size(quoted) != quoted.size()) {
    fail(at_text() ? "the text has no end: `\"` is missing"
                   : fmt::format("expected a text such as \"GET\", found {}", found()));
    return {};
  }
  std::string octets;
  for (std::size_t i = 1; i + 1 < quoted.size(); ++i) {
    if (quoted[i] != '\\') {
      octets += quoted[i];
      continue;
    }
    const char c = quoted[++i];
    const auto plain = std::string_view{"\"\\nrt"}.find(c);
    if (plain != std::string_view::npos) {
      octets += "\"\\\n\r\t"[plain];
    } else if (c == 'x' && i + 3 < quoted.size() && hex_value(quoted[i + 1]) >= 0 &&
               hex_value(quoted[i + 2]) >= 0) {
      octets += static_cast<char>(hex_value(quoted[i + 1]) * 16 + hex_value(quoted[i + 2]));
      i += 2;
    } else {
      fail(at + i - 1, "a text knows \\\" \\\\ \\n \\r \\t and \\xHH behind a backslash");
      return {};
    }
  }
  if (octets.empty()) fail(at, "an empty text is in everything");
  next();
  return octets;
}

}  // namespace harness::link
