#include "harness/scenario/icmp.h"

#include <fmt/format.h>

#include <algorithm>
#include <array>

#include "harness/base/check.h"
#include "harness/scenario/spelling.h"
#include "harness/wire/icmp.h"
#include "harness/wire/icmp_names.h"

namespace harness::scenario {
namespace {

using wire::IpVersion;

constexpr IpVersion kVersions[] = {IpVersion::V4, IpVersion::V6};

std::optional<IcmpKind> named(IpVersion version, const IcmpPart& part) {
  const auto type = wire::icmp_type_named(version, part.type);
  if (!type) return std::nullopt;
  if (part.code.empty()) return IcmpKind{*type, 0};
  const auto code = wire::icmp_code_named(version, *type, part.code);
  if (!code) return std::nullopt;
  return IcmpKind{*type, *code};
}

// RFC 7915, 4.2.
std::optional<IcmpKind> as_v6(IcmpKind four) {
  switch (four.type) {
    case wire::kIcmpUnreachable:
      switch (four.code) {
        case wire::kIcmpProtocolUnreachable:
          return IcmpKind{wire::kIcmpV6ParameterProblem, 1};
        case wire::kIcmpPortUnreachable:
          return IcmpKind{wire::kIcmpV6Unreachable, wire::kIcmpV6PortUnreachable};
        case wire::kIcmpFragmentationNeeded:
          return IcmpKind{wire::kIcmpV6PacketTooBig, 0};
        case 9:  // Prohibited: the network, the host, and all that a filter says no to.
        case 10:
        case 13:
        case 15:
          return IcmpKind{wire::kIcmpV6Unreachable, 1};
        case 14:
          return std::nullopt;
        default:
          return IcmpKind{wire::kIcmpV6Unreachable, 0};
      }
    case wire::kIcmpTimeExceeded:
      return IcmpKind{wire::kIcmpV6TimeExceeded, four.code};
    case wire::kIcmpParameterProblem:
      return IcmpKind{wire::kIcmpV6ParameterProblem, 0};
    default:
      return std::nullopt;
  }
}

// RFC 7915, 5.2.
std::optional<IcmpKind> as_v4(IcmpKind six) {
  switch (six.type) {
    case wire::kIcmpV6Unreachable:
      switch (six.code) {
        case 1:
          return IcmpKind{wire::kIcmpUnreachable, 10};
        case wire::kIcmpV6PortUnreachable:
          return IcmpKind{wire::kIcmpUnreachable, wire::kIcmpPortUnreachable};
        case 0:
        case 2:
        case 3:
          return IcmpKind{wire::kIcmpUnreachable, 1};
        default:
          return std::nullopt;
      }
    case wire::kIcmpV6PacketTooBig:
      return IcmpKind{wire::kIcmpUnreachable, wire::kIcmpFragmentationNeeded};
    case wire::kIcmpV6TimeExceeded:
      return IcmpKind{wire::kIcmpTimeExceeded, six.code};
    case wire::kIcmpV6ParameterProblem:
      return six.code == 1 ? IcmpKind{wire::kIcmpUnreachable, wire::kIcmpProtocolUnreachable}
                           : IcmpKind{wire::kIcmpParameterProblem, 0};
    default:
      return std::nullopt;
  }
}

std::string words(const IcmpPart& part) {
  return part.code.empty() ? part.type : part.type + ' ' + part.code;
}

// Types and codes with a name, for suggestions: those of errors, in both versions.
std::vector<std::string_view> names(std::string_view of_type) {
  std::vector<std::string_view> all;
  const auto add = [&](std::string_view name) {
    if (!name.empty() && std::ranges::find(all, name) == all.end()) all.push_back(name);
  };
  for (const auto version : kVersions) {
    const auto type = wire::icmp_type_named(version, of_type);
    for (int i = 0; i < 32; ++i) {
      const auto number = static_cast<std::uint8_t>(i);
      if (of_type.empty()) {
        if (wire::is_icmp_error(version, number)) add(wire::icmp_type_name(version, number));
      } else if (type) {
        add(wire::icmp_code_name(version, *type, number));
      }
    }
  }
  return all;
}

void fail_unknown(std::string_view what, std::string_view of_type, Cursor& cursor) {
  const auto known = names(of_type);
  const auto near = nearest(cursor.now().text, known);
  if (!near.empty()) {
    cursor.fail(
        fmt::format("unknown ICMP {} {}{}", what, quoted(cursor.now().text), did_you_mean(near)));
  }
  const auto shape = of_type.empty() ? "type_N" : "code_N";
  cursor.fail_expected(
      known.empty() ? fmt::format("an ICMP {} such as {}", what, shape)
                    : fmt::format("an ICMP {}: {} or {}", what, fmt::join(known, ", "), shape));
}

// Messages that report no error quote nothing; TCP has no use for them.
bool reports_an_error(std::string_view type) {
  return std::ranges::any_of(kVersions, [&](IpVersion version) {
    const auto number = wire::icmp_type_named(version, type);
    if (!number) return false;
    return wire::is_icmp_error(version, *number) || wire::icmp_type_name(version, *number).empty();
  });
}

bool carries_mtu(const IcmpPart& part) {
  return named(IpVersion::V4, part) ==
             IcmpKind{wire::kIcmpUnreachable, wire::kIcmpFragmentationNeeded} ||
         named(IpVersion::V6, part) == IcmpKind{wire::kIcmpV6PacketTooBig, 0};
}

void parse_mtu(IcmpPart& part, Cursor& cursor) {
  const auto at = cursor.at();
  if (!cursor.accept_word("mtu")) return;
  if (!carries_mtu(part)) {
    return cursor.fail(at, "only `unreachable frag_needed` and `packet_too_big` carry an MTU");
  }
  // IPv4 has 16 bits for it (RFC 1191, 4), IPv6 32 (RFC 4443, 3.2).
  const bool six = !named(IpVersion::V4, part);
  part.mtu = cursor.natural<std::uint32_t>("an MTU", six ? 0xFFFF'FFFF : 0xFFFF);
}

}  // namespace

std::optional<IcmpKind> icmp_kind(const IcmpPart& part, IpVersion version) {
  if (const auto own = named(version, part)) return own;
  const bool six = version == IpVersion::V6;
  const auto other = named(six ? IpVersion::V4 : IpVersion::V6, part);
  if (!other) return std::nullopt;
  return six ? as_v6(*other) : as_v4(*other);
}

std::optional<std::string> missing_in(IpVersion version, const std::vector<Step>& steps) {
  for (const Step& step : steps) {
    const auto* packet = std::get_if<PacketStep>(&step.what);
    if (packet == nullptr) continue;
    const bool six = version == IpVersion::V6;
    if (six && packet->to == Group::Broadcast) {
      return fmt::format("IPv6 has no broadcast ({})", step.place.print());
    }
    if (!packet->icmp || icmp_kind(*packet->icmp, version)) continue;
    return fmt::format("{} has no ICMP `{}` ({})", six ? "IPv6" : "IPv4", words(*packet->icmp),
                       step.place.print());
  }
  return std::nullopt;
}

IcmpPart parse_icmp_words(Cursor& cursor) {
  IcmpPart part;
  const auto known = [&] {
    return std::ranges::any_of(kVersions, [&](auto v) { return named(v, part).has_value(); });
  };
  part.type = cursor.now().text;
  if (!cursor.now().is(Token::Kind::Word) || !known()) {
    fail_unknown("type", {}, cursor);
    return {};
  }
  if (!reports_an_error(part.type)) {
    cursor.fail_unsupported(cursor.at(),
                            fmt::format("ICMP {}, which reports no error,", quoted(part.type)));
    return {};
  }
  cursor.take();
  const auto& next = cursor.now();
  if (next.is(Token::Kind::Word) && !next.is_word("mtu") && !next.is_word("id") &&
      !(next.is_word("use") && cursor.peek().is(Token::Kind::String)) && !next.is_word("or")) {
    part.code = next.text;
    if (!known()) {
      fail_unknown("code", part.type, cursor);
      return {};
    }
    cursor.take();
  }
  parse_mtu(part, cursor);
  if (cursor.now().is_word("id")) cursor.fail_unsupported(cursor.at(), "`id` of ICMP");
  return part;
}

base::Bytes craft_icmp(const PacketStep& step, const wire::IpHeader& ip,
                       std::span<const std::byte> about) {
  const auto kind = icmp_kind(*step.icmp, ip.source.version());
  CHECK(kind.has_value());
  const bool six = ip.source.version() == IpVersion::V6;
  wire::IpHeader header = ip;
  header.ttl = step.ttl.value_or(ip.ttl);
  header.traffic_class = step.traffic_class.value_or(ip.traffic_class);
  auto datagram = wire::craft(
      header, wire::IcmpMessage{.type = kind->type,
                                .code = kind->code,
                                .rest = std::min(step.icmp->mtu, six ? 0xFFFF'FFFF : 0xFFFFu),
                                .quote = wire::quote_of(about),
                                .checksum = step.checksum});
  if (step.checksum_bad) {
    std::byte* const checksum = datagram.data() + wire::ip_header_size(header) + 2;
    base::store16(checksum, base::load16(checksum) ^ 0x5555);
  }
  return datagram;
}

}  // namespace harness::scenario
