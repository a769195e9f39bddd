#include "harness/wire/print.h"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <iterator>
#include <optional>
#include <utility>

#include "harness/wire/checksum.h"
#include "harness/wire/option_fields.h"

namespace harness::wire {
namespace {

std::string hex(std::span<const std::byte> bytes) {
  std::string text;
  for (std::byte b : bytes) {
    fmt::format_to(std::back_inserter(text), "{:02x}", std::to_integer<unsigned>(b));
  }
  return text;
}

std::string octets_behind(std::string_view name, std::span<const std::byte> bytes) {
  return bytes.empty() ? std::string(name) : fmt::format("{} 0x{}", name, hex(bytes));
}

std::string print_accurate_ecn(const AccurateEcn& ecn) {
  using Counter = std::pair<std::string_view, const std::optional<std::uint32_t>*>;
  std::array<Counter, 3> counters{Counter{"e0b", &ecn.e0b}, {"ceb", &ecn.ceb}, {"e1b", &ecn.e1b}};
  if (ecn.order1) std::ranges::reverse(counters);
  std::string text = "ECN";
  for (const auto& [name, counter] : counters) {
    if (*counter) fmt::format_to(std::back_inserter(text), " {} {}", name, **counter);
  }
  return text;
}

// Of the options behind option_fields.h; empty for all others.
std::string print_rarer_option(const OptionView& option) {
  if (const auto fast_open = decode_fast_open(option)) {
    return octets_behind(fast_open->experimental ? "FOEXP" : "FO", fast_open->cookie);
  }
  if (const auto digest = decode_md5(option)) return octets_behind("md5", *digest);
  if (const auto timeout = decode_user_timeout(option)) {
    return fmt::format("uto {} {}", timeout->minutes ? "minutes" : "seconds", timeout->value);
  }
  if (const auto ao = decode_authentication(option)) {
    const auto keys = fmt::format("ao keyid {} rnext {}", ao->key_id, ao->next_key_id);
    return ao->mac.empty() ? keys : keys + " mac 0x" + hex(ao->mac);
  }
  if (const auto ecn = decode_accurate_ecn(option)) {
    if (option.bytes.size() > 2) return print_accurate_ecn(*ecn);
  }
  return "";
}

std::string print_option(const OptionView& option, PrintBase base) {
  const std::byte* data = option.data().data();
  if (option.is(OptionKind::Nop)) return "nop";
  if (option.is(OptionKind::End, 1)) return "eol";
  if (option.is(OptionKind::Mss, 4)) return fmt::format("mss {}", base::load16(data));
  if (option.is(OptionKind::WindowScale, 3)) return fmt::format("wscale {}", base::load8(data));
  if (option.is(OptionKind::SackPermitted, 2)) return "sackOK";
  if (option.is(OptionKind::Timestamps, 10)) {
    return fmt::format("TS val {} ecr {}", base::load32(data), base::load32(data + 4));
  }
  if (option.is(OptionKind::Sack) && !option.broken && option.bytes.size() >= 10 &&
      (option.bytes.size() - 2) % 8 == 0) {
    std::string text = "sack";
    for (auto left = option.data().size(); left > 0; left -= 8, data += 8) {
      fmt::format_to(std::back_inserter(text), " {}:{}", base::load32(data) - base.ack,
                     base::load32(data + 4) - base.ack);
    }
    return text;
  }
  if (option.broken || option.is(OptionKind::End)) return "raw 0x" + hex(option.bytes);
  if (auto text = print_rarer_option(option); !text.empty()) return text;
  return octets_behind(fmt::format("gen-{}", option.kind), option.data());
}

}  // namespace

std::string print(Flags flags) {
  constexpr std::pair<Flags, char> kLetters[] = {{kFin, 'F'}, {kSyn, 'S'}, {kRst, 'R'},
                                                 {kPsh, 'P'}, {kEce, 'E'}, {kCwr, 'W'},
                                                 {kAe, 'A'},  {kUrg, 'U'}, {kAck, '.'}};
  std::string text;
  for (const auto& [flag, letter] : kLetters) {
    if (flags.has(flag)) text += letter;
  }
  return text.empty() ? "-" : text;
}

std::string print_options(std::span<const std::byte> options, PrintBase base) {
  std::string text;
  for (const OptionView& option : Options{options}) {
    if (!text.empty()) text += ',';
    if (option.is(OptionKind::End) && option.bytes.size() <= 4 &&
        hex(option.bytes) == std::string(option.bytes.size() * 2, '0')) {
      for (std::size_t i = 0; i < option.bytes.size(); ++i) text += i == 0 ? "eol" : ",eol";
    } else {
      text += print_option(option, base);
    }
  }
  return text;
}

std::string print(const SegmentView& segment, PrintBase base) {
  const auto flags = segment.flags();
  const std::uint32_t seq = segment.seq().raw() - base.seq;
  const std::uint32_t size = static_cast<std::uint32_t>(segment.payload().size());
  std::string text = fmt::format("{} {}:{}({})", print(flags), seq, seq + size, size);
  const auto out = std::back_inserter(text);
  if (flags.ack() || segment.ack().raw() != 0) {
    const auto ack_base = flags.ack() ? base.ack : 0;
    fmt::format_to(out, " ack {}", segment.ack().raw() - ack_base);
  }
  fmt::format_to(out, " win {}", segment.window());
  if (flags.urg() || segment.urgent() != 0) fmt::format_to(out, " urg {}", segment.urgent());
  const auto options = segment.option_bytes();
  if (!options.empty()) fmt::format_to(out, " <{}>", print_options(options, base));
  if (!segment.data_offset_ok()) fmt::format_to(out, " {{doff {}}}", segment.data_offset());
  if (segment.reserved() != 0) fmt::format_to(out, " {{reserved {}}}", segment.reserved());
  return text;
}

std::string print_datagram(std::span<const std::byte> bytes, PrintBase base) {
  const auto ip = DatagramView::parse(bytes);
  if (!ip) return fmt::format("({} octets: {})", bytes.size(), says(ip.error()));
  if (ip->protocol() != kProtocolTcp) {
    return fmt::format("(IP protocol {}, {} octets)", ip->protocol(), ip->payload().size());
  }
  if (ip->fragment()) return fmt::format("(IP fragment, {} octets)", ip->payload().size());
  const auto segment = SegmentView::parse(ip->payload());
  if (!segment) return fmt::format("({} octets: {})", bytes.size(), says(segment.error()));
  std::string text = print(*segment, base);
  if (tcp_checksum(ip->source(), ip->destination(), ip->payload()) != 0) {
    text += " {checksum bad}";
  }
  if (!ip->header_checksum_ok()) text += " (IP header checksum bad)";
  return text;
}

}  // namespace harness::wire
