#include "harness/scenario/parse_packet.h"

#include <fmt/format.h>

#include <algorithm>
#include <limits>
#include <utility>

#include "harness/scenario/icmp.h"
#include "harness/scenario/parse_tcp_options.h"

namespace harness::scenario {
namespace {

using Kind = Token::Kind;
using event::Direction;

constexpr std::int64_t kU32Max = std::numeric_limits<std::uint32_t>::max();
constexpr std::uint8_t kTtlUnchecked = 255;  // Packetdrill's own default; in `>` it says nothing.

constexpr std::size_t kOthersMax = 16;

bool sends(const PacketStep& packet) { return packet.direction == Direction::ToTarget; }

// What stands here when it is of the full notation but cannot be done yet.
void refuse_unsupported(Cursor& cursor) {
  constexpr std::string_view kProtocols[] = {"udp", "ipv4", "ipv6", "gre", "mpls", "psp"};
  if (std::ranges::find(kProtocols, cursor.now().text) != std::end(kProtocols)) {
    cursor.fail_unsupported(cursor.at(), quoted(cursor.now().text));
  }
}

void once(bool already, std::string_view what, std::size_t at, Cursor& cursor) {
  if (already) cursor.fail(at, fmt::format("{} stands here twice", what));
}

// One of ttl N, tos 0xNN, to multicast, to broadcast.
void parse_ip_field(PacketStep& packet, Cursor& cursor) {
  constexpr std::string_view kNotYet[] = {"ect0",      "ect1", "ce",    "noecn", "ect01",
                                          "flowlabel", "dscp", "class", "hlim"};
  const auto at = cursor.at();
  if (cursor.accept_word("ttl")) {
    once(packet.ttl.has_value(), "ttl", at, cursor);
    packet.ttl = cursor.natural<std::uint8_t>("a TTL", 255);
  } else if (cursor.accept_word("tos")) {
    once(packet.traffic_class.has_value(), "tos", at, cursor);
    packet.traffic_class = cursor.natural<std::uint8_t>("a type of service", 255);
  } else if (cursor.accept_word("to")) {
    once(packet.to.has_value(), "to", at, cursor);
    if (!sends(packet)) cursor.fail(at, "only what is sent can be sent `to` many hosts");
    if (cursor.accept_word("multicast")) {
      packet.to = Group::Multicast;
    } else if (cursor.accept_word("broadcast")) {
      packet.to = Group::Broadcast;
    } else {
      cursor.fail_expected("multicast or broadcast");
    }
  } else if (std::ranges::find(kNotYet, cursor.now().text) != std::end(kNotYet)) {
    cursor.fail_unsupported(at, quoted(cursor.now().text));
  } else {
    cursor.fail_expected("ttl N, tos 0xNN, to multicast, to broadcast or ports");
  }
}

void parse_ports(PacketStep& packet, Cursor& cursor) {
  packet.source = cursor.natural<wire::Port>("a port", 0xFFFF);
  cursor.expect('>');
  packet.destination = cursor.natural<wire::Port>("a port", 0xFFFF);
}

// [ttl N], [tos 0xNN], [SPORT > DPORT], SPORT > DPORT, in any order.
void parse_head(PacketStep& packet, Cursor& cursor) {
  for (;;) {
    const auto at = cursor.at();
    if (cursor.now().is(Kind::Integer) && cursor.peek().is('>')) {
      once(packet.source.has_value(), "the ports", at, cursor);
      parse_ports(packet, cursor);
    } else if (cursor.now().is('[') || cursor.now().is('(')) {
      const char close = cursor.take().is('[') ? ']' : ')';
      if (cursor.now().is(Kind::Integer)) {
        once(packet.source.has_value(), "the ports", at, cursor);
        parse_ports(packet, cursor);
      } else {
        do parse_ip_field(packet, cursor);
        while (cursor.accept(','));
      }
      cursor.expect(close);
    } else {
      break;
    }
  }
  if (!sends(packet) && packet.ttl == kTtlUnchecked) packet.ttl.reset();
  refuse_unsupported(cursor);
}

// Letters of FSRPEWAU, then a dot for ACK; - for none. In `>` a letter in lower case is a bit that
// may be set or not.
void parse_flags(PacketStep& packet, Cursor& cursor) {
  constexpr std::pair<char, wire::Flags> kLetters[] = {
      {'F', wire::kFin}, {'S', wire::kSyn}, {'R', wire::kRst}, {'P', wire::kPsh},
      {'E', wire::kEce}, {'W', wire::kCwr}, {'A', wire::kAe},  {'U', wire::kUrg}};
  wire::Flags& flags = packet.flags;
  if (cursor.accept('-')) return;
  const auto at = cursor.at();
  const bool letters = cursor.now().is(Kind::Word);
  if (letters) {
    for (char c : cursor.take().text) {
      const bool either = c >= 'a' && c <= 'z' && !sends(packet);
      const char upper = either ? static_cast<char>(c - 'a' + 'A') : c;
      const auto letter = std::ranges::find(kLetters, upper, [](const auto& l) { return l.first; });
      if (letter == std::end(kLetters)) {
        cursor.fail(at, "expected flags: letters of FSRPEWAU and a dot for ACK, or - for none");
        return;
      }
      if ((flags | packet.flags_either).has(letter->second)) {
        cursor.fail(at, fmt::format("the flag {} stands here twice", c));
        return;
      }
      (either ? packet.flags_either : flags) |= letter->second;
    }
  }
  const bool fraction = cursor.now().is(Kind::Decimal) && cursor.now().text.starts_with('.');
  const bool digit = !letters && cursor.now().is(Kind::Integer) && !cursor.peek().is(':');
  if (fraction || digit) {
    cursor.fail_unsupported(cursor.at(), "a digit for the ACE field");
  } else if (cursor.accept('.')) {
    flags |= wire::kAck;
  } else if (!letters) {
    cursor.fail_expected("flags: letters of FSRPEWAU and a dot for ACK, or - for none");
  }
}

// a:b(n), where b is a+n, wrapped to 32 bits or not; SYN and FIN do not count.
void parse_sequence(PacketStep& packet, Cursor& cursor) {
  if (cursor.now().is(Kind::Dots)) cursor.fail_unsupported(cursor.at(), "`...(n)`");
  packet.seq = cursor.natural<std::uint32_t>("a sequence number", kU32Max);
  cursor.expect(':');
  const auto at = cursor.at();
  const auto end = cursor.number("a sequence number", 0, kU32Max + 0xFFFF);
  cursor.expect('(');
  packet.length = cursor.natural<std::uint32_t>("the number of octets", 0xFFFF);
  cursor.expect(')');
  const std::uint32_t right = packet.seq + packet.length;
  if (end != right && end != std::int64_t{packet.seq} + packet.length) {
    cursor.fail(at, fmt::format("{} octets from {} on end at {}, not at {}", packet.length,
                                packet.seq, right, end));
  }
  if (cursor.now().is('!')) cursor.fail_unsupported(cursor.at(), "`!` behind a sequence number");
}

// The whole must be one datagram, of IPv6 as of IPv4.
void check_size(const PacketStep& packet, std::size_t at, Cursor& cursor) {
  constexpr std::size_t kHeaders = 40 + 20, kDatagramMax = 0xFFFF;
  std::size_t options = 0;
  for (const OptionPart& part : packet.options.value_or(std::vector<OptionPart>{})) {
    options += size_of(part);
  }
  if (kHeaders + (options + 3) / 4 * 4 + packet.length > kDatagramMax) {
    cursor.fail(at, fmt::format("{} octets and their headers are more than a datagram holds",
                                packet.length));
  }
}

// {checksum bad}, {doff 3, reserved 1}: what a header says although it should not.
void parse_overrides(PacketStep& packet, Cursor& cursor) {
  do {
    const auto at = cursor.at();
    if (packet.icmp && !cursor.now().is_word("checksum")) {
      cursor.fail_expected("checksum, all that an ICMP message has of these");
    } else if (cursor.accept_word("checksum")) {
      once(packet.checksum || packet.checksum_bad, "checksum", at, cursor);
      if (!cursor.accept_word("bad")) {
        packet.checksum = cursor.natural<std::uint16_t>("`bad` or a checksum", 0xFFFF);
      } else if (sends(packet)) {
        packet.checksum_bad = true;
      } else {
        cursor.fail(at, "a checksum that is bad can be sent, not expected");
      }
    } else if (cursor.accept_word("doff")) {
      once(packet.data_offset.has_value(), "doff", at, cursor);
      packet.data_offset = cursor.natural<std::uint8_t>("a data offset", 15);
    } else if (cursor.accept_word("reserved")) {
      once(packet.reserved.has_value(), "reserved", at, cursor);
      packet.reserved = cursor.natural<std::uint8_t>("the value of the three reserved bits", 7);
    } else {
      cursor.fail_expected("checksum, doff or reserved");
    }
  } while (cursor.accept(','));
  cursor.expect('}');
}

// At the word `icmp`: an error, and in brackets which segment it is about.
void parse_icmp(PacketStep& packet, Cursor& cursor) {
  if (!sends(packet)) return cursor.fail_unsupported(cursor.at(), "`icmp` in what is expected");
  cursor.take();
  packet.icmp = parse_icmp_words(cursor);
  packet.options.emplace();
  packet.icmp->about_latest = !cursor.accept('[');
  if (!packet.icmp->about_latest) {
    if (cursor.now().is_word("udp") || cursor.now().is_word("raw")) {
      cursor.fail_unsupported(cursor.at(),
                              fmt::format("{} quoted by ICMP", quoted(cursor.now().text)));
    }
    const auto at = cursor.at();
    parse_sequence(packet, cursor);
    check_size(packet, at, cursor);
    cursor.expect(']');
  }
  while (cursor.accept('{')) parse_overrides(packet, cursor);
}

// Everything behind the `<` or `>`.
void parse_rest(PacketStep& packet, std::size_t at, Cursor& cursor) {
  refuse_unsupported(cursor);
  parse_head(packet, cursor);
  if (cursor.now().is_word("icmp")) return parse_icmp(packet, cursor);
  parse_flags(packet, cursor);
  parse_sequence(packet, cursor);
  if (cursor.accept_word("ack")) {
    packet.ack = cursor.natural<std::uint32_t>("an acknowledgment number", kU32Max);
  }
  if (cursor.accept_word("win")) {
    packet.window = cursor.natural<std::uint16_t>("a window", 0xFFFF);
  } else if (sends(packet)) {
    cursor.fail(cursor.last_end(), "a packet to be sent names its window: win N");
  }
  if (cursor.accept_word("urg")) {
    packet.urgent = cursor.natural<std::uint16_t>("an urgent pointer", 0xFFFF);
  }
  packet.options.emplace();
  if (cursor.accept('<')) {
    const auto dots = cursor.at();
    if (cursor.accept(Kind::Dots)) {
      if (sends(packet)) cursor.fail(dots, "a packet to be sent names its options");
      packet.options.reset();
      cursor.expect('>');
    } else {
      packet.options = parse_tcp_options(cursor);
    }
  }
  check_size(packet, at, cursor);
  while (cursor.accept('{')) parse_overrides(packet, cursor);
  if (cursor.now().is('/')) cursor.fail_unsupported(cursor.at(), "TCP over UDP");
}

// `or` and what else is as good; `nothing` is the last.
void parse_others(PacketStep& packet, Cursor& cursor) {
  for (auto at = cursor.at(); cursor.accept_word("or"); at = cursor.at()) {
    if (sends(packet)) cursor.fail(at, "only what is expected has an `or`: one packet is sent");
    if (packet.others.size() == kOthersMax) cursor.fail(at, "these are too many ways to answer");
    if (packet.or_nothing) cursor.fail(at, "`or nothing` is the last that can be said");
    packet.or_nothing = cursor.accept_word("nothing");
    if (packet.or_nothing || cursor.failed()) continue;
    PacketStep other;
    other.direction = packet.direction;
    parse_rest(other, at, cursor);
    packet.others.push_back(std::move(other));
  }
}

}  // namespace

PacketStep parse_packet(Cursor& cursor) {
  PacketStep packet;
  const auto at = cursor.at();
  packet.direction = cursor.take().is('<') ? Direction::ToTarget : Direction::FromTarget;
  parse_rest(packet, at, cursor);
  parse_others(packet, cursor);
  return packet;
}

}  // namespace harness::scenario
