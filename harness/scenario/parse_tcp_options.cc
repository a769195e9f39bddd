#include "harness/scenario/parse_tcp_options.h"

#include <fmt/format.h>

#include <algorithm>
#include <limits>
#include <optional>
#include <span>
#include <utility>

#include "harness/base/spelling.h"
#include "harness/wire/option_fields.h"

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

OptionPart option(OptionKind kind, std::span<const std::byte> data) {
  return verbatim(wire::encode_option(static_cast<std::uint8_t>(kind), data));
}

bool is_hex(std::string_view text) {
  return !text.empty() && text.find_first_not_of("0123456789abcdefABCDEF") == text.npos;
}

// 0x0102 is two octets. So is 0102 where packetdrill leaves the 0x out.
base::Bytes parse_octets(Cursor& cursor, std::size_t most, bool bare = false) {
  const auto token = cursor.now();
  if (!token.is(Token::Kind::Hex) && !(bare && is_hex(token.text))) {
    cursor.fail_expected("octets such as 0x0102");
    return {};
  }
  const auto digits = token.text.substr(token.is(Token::Kind::Hex) ? 2 : 0);
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
  return verbatim(wire::encode_option(static_cast<std::uint8_t>(kind), data));
}

// FO or FOEXP [HEX]: without a cookie it asks for one.
OptionPart parse_fast_open(Cursor& cursor, bool experimental) {
  base::Bytes cookie;
  if (!cursor.now().is(',') && !cursor.now().is('>')) cookie = parse_octets(cursor, 38, true);
  return verbatim(encode(wire::FastOpen{.cookie = cookie, .experimental = experimental}));
}

OptionPart parse_md5(Cursor& cursor) {
  const auto at = cursor.at();
  const auto digest = parse_octets(cursor, 16, true);
  if (digest.size() != 16) cursor.fail(at, "an MD5 signature has 16 octets");
  return option(OptionKind::Md5, digest);
}

OptionPart parse_user_timeout(Cursor& cursor) {
  const bool minutes = cursor.accept_word("minutes");
  if (!minutes && !cursor.accept_word("seconds")) cursor.fail_expected("`seconds` or `minutes`");
  const auto value = cursor.natural<std::uint16_t>("a user timeout of 15 bits", 0x7FFF);
  return verbatim(encode(wire::UserTimeout{.minutes = minutes, .value = value}));
}

// ao keyid N rnext N [mac HEX]
OptionPart parse_authentication(Cursor& cursor) {
  wire::Authentication ao;
  if (!cursor.accept_word("keyid")) cursor.fail_expected("`keyid`");
  ao.key_id = cursor.natural<std::uint8_t>("a key's number", 0xFF);
  if (!cursor.accept_word("rnext")) cursor.fail_expected("`rnext`");
  ao.next_key_id = cursor.natural<std::uint8_t>("a key's number", 0xFF);
  base::Bytes mac;
  if (cursor.accept_word("mac")) mac = parse_octets(cursor, 36, true);
  ao.mac = mac;
  return verbatim(encode(ao));
}

// ECN e0b N [ceb N [e1b N]], or from e1b to e0b: the first says which of the two options it is.
OptionPart parse_accurate_ecn(Cursor& cursor) {
  constexpr std::int64_t kMost24 = 0xFF'FFFF;
  wire::AccurateEcn ecn{.order1 = cursor.now().text == "e1b"};
  if (!ecn.order1 && cursor.now().text != "e0b") cursor.fail_expected("`e0b` or `e1b`");
  const auto counter = [&](std::string_view name) -> std::optional<std::uint32_t> {
    if (!cursor.accept_word(name)) return std::nullopt;
    return cursor.natural<std::uint32_t>("a counter of 24 bits", kMost24);
  };
  (ecn.order1 ? ecn.e1b : ecn.e0b) = counter(ecn.order1 ? "e1b" : "e0b");
  ecn.ceb = counter("ceb");
  if (ecn.ceb) (ecn.order1 ? ecn.e0b : ecn.e1b) = counter(ecn.order1 ? "e0b" : "e1b");
  return verbatim(encode(ecn));
}

OptionPart parse_option(Cursor& cursor, bool& raw) {
  constexpr std::string_view kNames[] = {"nop",  "eol", "mss", "wscale", "sackOK",
                                         "sack", "TS",  "md5", "FO",     "FOEXP",
                                         "ECN",  "uto", "ao",  "gen",    "raw"};
  constexpr std::string_view kNotYet[] = {"exp", "AccECN0", "AccECN1"};
  const auto name = cursor.now().text;
  if (std::ranges::find(kNotYet, name) != std::end(kNotYet)) {
    cursor.fail_unsupported(cursor.at(), fmt::format("the option {}", quoted(name)));
  } else if (std::ranges::find(kNames, name) == std::end(kNames)) {
    if (!cursor.now().is(Token::Kind::Word)) cursor.fail_expected("an option");
    cursor.fail(fmt::format("unknown option {}{}", quoted(name),
                            base::did_you_mean(base::nearest(name, kNames))));
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
  if (name == "md5") return parse_md5(cursor);
  if (name == "FO" || name == "FOEXP") return parse_fast_open(cursor, name == "FOEXP");
  if (name == "ECN") return parse_accurate_ecn(cursor);
  if (name == "uto") return parse_user_timeout(cursor);
  if (name == "ao") return parse_authentication(cursor);
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
