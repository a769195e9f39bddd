#include "harness/wire/print.h"

#include <fmt/format.h>

#include <iterator>
#include <utility>

#include "harness/wire/checksum.h"

namespace harness::wire {
namespace {

std::string hex(std::span<const std::byte> bytes) {
  std::string text;
  for (std::byte b : bytes) {
    fmt::format_to(std::back_inserter(text), "{:02x}", std::to_integer<unsigned>(b));
  }
  return text;
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
  const auto octets = hex(option.data());
  return octets.empty() ? fmt::format("gen-{}", option.kind)
                        : fmt::format("gen-{} 0x{}", option.kind, octets);
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
