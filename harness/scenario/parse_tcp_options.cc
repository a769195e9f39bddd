#include "harness/scenario/parse_tcp_options.h"

#include <fmt/format.h>

#include <algorithm>
#include <limits>
#include <span>
#include <utility>

#include "harness/scenario/spelling.h"
#include "harness/wire/options.h"

namespace harness::scenario {
namespace {

using wire::OptionKind;

constexpr std::int64_t kU32Max = std::numeric_limits<std::uint32_t>::max();
constexpr std::size_t kMost = 40;  // RFC 9293, 3.1: 15 words of header, 5 of them fixed.
constexpr std::size_t kBlockSize = 8;

OptionPart verbatim(base::Bytes octets) {
  OptionPart part;
  part.octets = std::move(octets);
  return part;
}

// Kind, length, and these octets.
OptionPart option(unsigned kind, std::span<const std::byte> data) {
  base::Bytes octets{std::byte(kind), std::byte(data.size() + 2)};
  octets.insert(octets.end(), data.begin(), data.end());
  return verbatim(std::move(octets));
}

OptionPart option(OptionKind kind, std::span<const std::byte> data) {
  return option(static_cast<unsigned>(kind), data);
}

// 0x0102 is two octets.
base::Bytes parse_octets(Cursor& cursor, std::size_t most) {
  if (!cursor.now().is(Token::Kind::Hex)) {
    cursor.fail_expected("octets such as 0x0102");
    return {};
  }
  const auto digits = cursor.now().text.substr(2);
  if (digits.size() % 2 != 0) cursor.fail("an octet has two hex digits: write 0x01, not 0x1");
  if (digits.size() / 2 > most) cursor.fail(fmt::format("more than {} octets", most));
  if (cursor.failed()) return {};
  const auto value = [](char c) { return c <= '9' ? c - '0' : (c | 0x20) - 'a' + 10; };
  base::Bytes octets;
  for (std::size_t i = 0; i < digits.size(); i += 2) {
    octets.push_back(std::byte(value(digits[i]) << 4 | value(digits[i + 1])));
  }
  cursor.take();
  return octets;
}

OptionPart parse_sack(Cursor& cursor) {
  OptionPart part;
  part.kind = OptionPart::Kind::Sack;
  do {
    const auto left = cursor.natural<std::uint32_t>("the left edge of a block", kU32Max);
    cursor.expect(':');
    const auto right = cursor.natural<std::uint32_t>("the right edge of a block", kU32Max);
    part.blocks.push_back({wire::SeqNum{left}, wire::SeqNum{right}});
    if (part.blocks.size() > kMost / kBlockSize) cursor.fail("more blocks than a header can hold");
  } while (cursor.at_number());
  return part;
}

OptionPart parse_timestamps(Cursor& cursor) {
  OptionPart part;
  part.kind = OptionPart::Kind::Timestamps;
  if (!cursor.accept_word("val")) cursor.fail_expected("`val`");
  part.timestamps.val = cursor.natural<std::uint32_t>("a timestamp", kU32Max);
  if (!cursor.accept_word("ecr")) cursor.fail_expected("`ecr`");
  part.timestamps.ecr = cursor.natural<std::uint32_t>("a timestamp", kU32Max);
  return part;
}

// gen-N [0xHEX], behind its `gen`: the lexer takes -N for a number.
OptionPart parse_generic(Cursor& cursor) {
  const auto at = cursor.at();
  if (!cursor.now().is(Token::Kind::Integer) || !cursor.now().text.starts_with('-')) {
    cursor.fail_expected("`gen-` and the kind of the option");
  }
  const auto kind = -cursor.number("a kind with its hyphen", -255, 0);
  if (kind < 2) {
    cursor.fail(at, "the options of kind 0 and 1 have no length: write eol, nop or raw 0x...");
  }
  base::Bytes data;
  if (cursor.at_number()) data = parse_octets(cursor, kMost - 2);
  return option(static_cast<unsigned>(kind), data);
}

OptionPart parse_option(Cursor& cursor, bool& raw) {
  constexpr std::string_view kNames[] = {"nop",  "eol", "mss", "wscale", "sackOK",
                                         "sack", "TS",  "gen", "raw"};
  constexpr std::string_view kNotYet[] = {"md5", "FO", "FOEXP", "ECN", "exp", "AccECN0", "AccECN1"};
  const auto name = cursor.now().text;
  if (std::ranges::find(kNotYet, name) != std::end(kNotYet)) {
    cursor.fail_unsupported(cursor.at(), fmt::format("the option {}", quoted(name)));
  } else if (std::ranges::find(kNames, name) == std::end(kNames)) {
    if (!cursor.now().is(Token::Kind::Word)) cursor.fail_expected("an option");
    cursor.fail(
        fmt::format("unknown option {}{}", quoted(name), did_you_mean(nearest(name, kNames))));
  }
  if (cursor.failed()) return {};
  cursor.take();
  if (name == "nop") return verbatim({std::byte(OptionKind::Nop)});
  if (name == "eol") return verbatim({std::byte(OptionKind::End)});
  if (name == "mss") {
    base::Bytes mss(2);
    base::store16(mss.data(), cursor.natural<std::uint16_t>("a maximum segment size", 0xFFFF));
    return option(OptionKind::Mss, mss);
  }
  if (name == "wscale") {
    const std::byte shift{cursor.natural<std::uint8_t>("a window scale", 0xFF)};
    return option(OptionKind::WindowScale, {&shift, 1});
  }
  if (name == "sackOK") return option(OptionKind::SackPermitted, {});
  if (name == "sack") return parse_sack(cursor);
  if (name == "TS") return parse_timestamps(cursor);
  if (name == "gen") return parse_generic(cursor);
  raw = true;
  return verbatim(parse_octets(cursor, kMost));
}

}  // namespace

std::size_t size_of(const OptionPart& part) {
  switch (part.kind) {
    case OptionPart::Kind::Verbatim:
      return part.octets.size();
    case OptionPart::Kind::Sack:
      return 2 + kBlockSize * part.blocks.size();
    case OptionPart::Kind::Timestamps:
      return 10;
  }
  return 0;
}

std::vector<OptionPart> parse_tcp_options(Cursor& cursor) {
  std::vector<OptionPart> parts;
  const auto at = cursor.at();
  std::size_t size = 0;
  bool raw = false;
  do {
    parts.push_back(parse_option(cursor, raw));
    size += size_of(parts.back());
    if (size > kMost) {
      cursor.fail(at, fmt::format("a header has room for {} octets of options", kMost));
    }
  } while (cursor.accept(','));
  if (!cursor.accept('>')) cursor.fail_expected("`,` or `>`");
  if (size % 4 != 0 && !raw) {
    cursor.fail(at,
                fmt::format("the options are whole words, but their length, {}, is no multiple of "
                            "4; add {} nop",
                            size, 4 - size % 4));
  }
  return parts;
}

}  // namespace harness::scenario
