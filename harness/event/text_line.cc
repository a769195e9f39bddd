#include "harness/event/text_line.h"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <iterator>
#include <utility>

#include "harness/clock/print.h"
#include "harness/wire/print.h"

namespace harness::event {
namespace {

constexpr std::string_view kDigits = "0123456789abcdef";

// The value of each hexadecimal digit, in lower case as we write them; 0xFF for all else.
constexpr auto kValues = [] {
  std::array<std::uint8_t, 256> values{};
  values.fill(0xFF);
  for (std::size_t i = 0; i < kDigits.size(); ++i) {
    values[static_cast<unsigned char>(kDigits[i])] = static_cast<std::uint8_t>(i);
  }
  return values;
}();

std::uint8_t value_of(char digit) { return kValues[static_cast<unsigned char>(digit)]; }

constexpr std::string_view kLetters = "FSRPEWAU.";
constexpr wire::Flags kBits[] = {wire::kFin, wire::kSyn, wire::kRst, wire::kPsh, wire::kEce,
                                 wire::kCwr, wire::kAe,  wire::kUrg, wire::kAck};

}  // namespace

void write_hex(std::string& out, Span octets) {
  if (octets.empty()) {
    out += '-';
    return;
  }
  const std::size_t start = out.size();
  out.resize(start + 2 * octets.size());
  char* at = out.data() + start;
  for (std::byte octet : octets) {
    const auto value = std::to_integer<unsigned>(octet);
    *at++ = kDigits[value >> 4];
    *at++ = kDigits[value & 15];
  }
}

void write_escaped(std::string& out, std::string_view text) {
  for (char c : text) {
    const auto value = static_cast<unsigned char>(c);
    if (c == '"' || c == '\\') {
      out += '\\';
      out += c;
    } else if (c == '\n') {
      out += "\\n";
    } else if (value < 0x20 || value > 0x7E) {
      out += "\\x";
      out += kDigits[value >> 4];
      out += kDigits[value & 15];
    } else {
      out += c;
    }
  }
}

void write_quoted(std::string& out, std::string_view text) {
  out += '"';
  write_escaped(out, text);
  out += '"';
}

void write_time(std::string& out, clock::Duration duration) { out += clock::seconds(duration); }

void write_time(std::string& out, clock::Instant at) {
  if (at == clock::kNever) {
    out += "never";
  } else {
    write_time(out, at.time_since_epoch());
  }
}

void write_record(std::string& out, std::uint32_t index) {
  fmt::format_to(std::back_inserter(out), "#{}", index);
}

void write_flags(std::string& out, wire::Flags flags) {
  if (flags.bits > 0x1FF) {
    fmt::format_to(std::back_inserter(out), "0x{:04x}", flags.bits);
  } else {
    out += wire::print(flags);
  }
}

void LineReader::fail(std::string message) {
  if (!error_) error_ = std::move(message);
  rest_ = {};
}

void LineReader::wrong(std::string_view wanted, std::string_view found) {
  constexpr std::size_t kShown = 40;
  std::string shown;
  write_escaped(shown, found.substr(0, kShown));
  if (found.size() > kShown) shown += "...";
  fail(found.empty() ? fmt::format("expected {}, found nothing", wanted)
                     : fmt::format("expected {}, found `{}`", wanted, shown));
}

std::string_view LineReader::word() {
  const auto end = std::min(rest_.find(' '), rest_.size());
  const auto taken = rest_.substr(0, end);
  rest_.remove_prefix(std::min(end + 1, rest_.size()));
  return taken;
}

bool LineReader::take(std::string_view word) {
  if (!rest_.starts_with(word)) return false;
  if (rest_.size() > word.size() && rest_[word.size()] != ' ') return false;
  rest_.remove_prefix(std::min(word.size() + 1, rest_.size()));
  return true;
}

bool LineReader::take_key(std::string_view key) {
  if (!rest_.starts_with(key) || rest_.size() <= key.size() || rest_[key.size()] != '=') {
    return false;
  }
  rest_.remove_prefix(key.size() + 1);
  return true;
}

void LineReader::end() {
  if (!rest_.empty() && !take(";")) wrong("the end of the line", rest_);
}

std::uint32_t LineReader::record() {
  if (!rest_.starts_with('#')) {
    wrong("a record such as #3", rest_.substr(0, rest_.find(' ')));
    return 0;
  }
  rest_.remove_prefix(1);
  return number<std::uint32_t>();
}

clock::Duration LineReader::duration() {
  if (failed()) return {};
  const auto text = word();
  const auto duration = clock::parse_seconds(text);
  if (duration) return *duration;
  wrong("a number of seconds", text);
  return {};
}

clock::Instant LineReader::instant() {
  return take("never") ? clock::kNever : clock::Instant{duration()};
}

wire::Flags LineReader::flags() {
  auto text = word();
  wire::Flags flags;
  if (text.starts_with("0x")) {
    text.remove_prefix(2);
    const auto [end, error] =
        std::from_chars(text.data(), text.data() + text.size(), flags.bits, 16);
    if (error != std::errc{} || end != text.data() + text.size()) wrong("control bits", text);
    return flags;
  }
  for (char c : text == "-" ? std::string_view{} : text) {
    const auto at = kLetters.find(c);
    if (at == std::string_view::npos) {
      wrong("control bits such as S. or FP.", text);
      return {};
    }
    flags |= kBits[at];
  }
  if (text.empty()) wrong("control bits such as S. or FP.", text);
  return flags;
}

void LineReader::hex(base::Bytes& out) {
  const auto text = word();
  out.clear();
  if (text == "-") return;
  if (text.empty() || text.size() % 2 != 0) {
    wrong("octets in hexadecimal, two digits each", text);
    return;
  }
  out.resize(text.size() / 2);
  for (std::size_t i = 0; i < out.size(); ++i) {
    const auto high = value_of(text[2 * i]), low = value_of(text[2 * i + 1]);
    if ((high | low) > 15) {
      wrong("octets in hexadecimal, two digits each", text.substr(2 * i));
      out.clear();
      return;
    }
    out[i] = static_cast<std::byte>(high << 4 | low);
  }
}

std::string LineReader::quoted() {
  if (!rest_.starts_with('"')) {
    wrong("quoted text", rest_.substr(0, rest_.find(' ')));
    return {};
  }
  std::string text;
  std::size_t i = 1;
  for (; i < rest_.size() && rest_[i] != '"'; ++i) {
    if (rest_[i] != '\\') {
      text += rest_[i];
      continue;
    }
    const auto escape = rest_.substr(i + 1, 3);
    if (escape.starts_with('"') || escape.starts_with('\\')) {
      text += escape[0];
      i += 1;
    } else if (escape.starts_with('n')) {
      text += '\n';
      i += 1;
    } else if (escape.size() == 3 && escape[0] == 'x' && value_of(escape[1]) <= 15 &&
               value_of(escape[2]) <= 15) {
      text += static_cast<char>(value_of(escape[1]) << 4 | value_of(escape[2]));
      i += 3;
    } else {
      wrong("an escape such as \\n or \\x1b", rest_.substr(i, 4));
      return {};
    }
  }
  if (i >= rest_.size()) {
    wrong("a closing quote", "");
    return {};
  }
  rest_.remove_prefix(i + 1);
  if (!rest_.empty() && !take("")) wrong("a space behind the quote", rest_);
  return text;
}

}  // namespace harness::event
