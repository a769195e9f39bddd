#include "harness/wire/print.h"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <charconv>
#include <concepts>
#include <optional>
#include <string_view>
#include <utility>

#include "harness/wire/checksum.h"
#include "harness/wire/icmp.h"
#include "harness/wire/icmp_names.h"
#include "harness/wire/option_fields.h"

namespace harness::wire {
namespace {

// Text as it grows. Written by hand: a fuzzer and a record of many segments print millions.
class Text {
 public:
  explicit Text(std::size_t room) { out_.reserve(room); }

  template <class... Pieces>
  Text& add(const Pieces&... pieces) {
    (put(pieces), ...);
    return *this;
  }
  Text& hex(std::span<const std::byte> bytes) {
    constexpr std::string_view kDigits = "0123456789abcdef";
    put("0x");
    for (std::byte b : bytes) {
      const auto octet = std::to_integer<unsigned>(b);
      const char digits[] = {kDigits[octet >> 4], kDigits[octet & 15]};
      out_.append(digits, 2);
    }
    return *this;
  }
  bool empty() const { return out_.empty(); }
  std::string take() { return std::move(out_); }

 private:
  void put(std::string_view text) { out_.append(text); }
  void put(const char* text) { out_.append(text); }
  void put(char letter) { out_.push_back(letter); }
  template <std::unsigned_integral Number>
  void put(Number number) {
    std::array<char, 20> digits;
    const auto end = std::to_chars(digits.data(), digits.data() + digits.size(), number).ptr;
    out_.append(digits.data(), static_cast<std::size_t>(end - digits.data()));
  }

  std::string out_;
};

void add_octets_behind(Text& text, std::string_view name, std::span<const std::byte> bytes) {
  text.add(name);
  if (!bytes.empty()) text.add(' ').hex(bytes);
}

void add_accurate_ecn(Text& text, const AccurateEcn& ecn) {
  using Counter = std::pair<std::string_view, const std::optional<std::uint32_t>*>;
  std::array<Counter, 3> counters{Counter{"e0b", &ecn.e0b}, {"ceb", &ecn.ceb}, {"e1b", &ecn.e1b}};
  if (ecn.order1) std::ranges::reverse(counters);
  text.add("ECN");
  for (const auto& [name, counter] : counters) {
    if (*counter) text.add(' ', name, ' ', **counter);
  }
}

// Of the options behind option_fields.h; false for all others.
bool add_rarer_option(Text& text, const OptionView& option) {
  if (const auto fast_open = decode_fast_open(option)) {
    add_octets_behind(text, fast_open->experimental ? "FOEXP" : "FO", fast_open->cookie);
  } else if (const auto digest = decode_md5(option)) {
    add_octets_behind(text, "md5", *digest);
  } else if (const auto timeout = decode_user_timeout(option)) {
    text.add("uto ", timeout->minutes ? "minutes " : "seconds ", timeout->value);
  } else if (const auto ao = decode_authentication(option)) {
    text.add("ao keyid ", ao->key_id, " rnext ", ao->next_key_id);
    if (!ao->mac.empty()) text.add(" mac ").hex(ao->mac);
  } else if (const auto ecn = decode_accurate_ecn(option); ecn && option.bytes.size() > 2) {
    add_accurate_ecn(text, *ecn);
  } else {
    return false;
  }
  return true;
}

void add_option(Text& text, const OptionView& option, PrintBase base) {
  const std::byte* data = option.data().data();
  if (option.is(OptionKind::Nop)) {
    text.add("nop");
  } else if (option.is(OptionKind::End, 1)) {
    text.add("eol");
  } else if (option.is(OptionKind::Mss, 4)) {
    text.add("mss ", base::load16(data));
  } else if (option.is(OptionKind::WindowScale, 3)) {
    text.add("wscale ", base::load8(data));
  } else if (option.is(OptionKind::SackPermitted, 2)) {
    text.add("sackOK");
  } else if (option.is(OptionKind::Timestamps, 10)) {
    text.add("TS val ", base::load32(data), " ecr ", base::load32(data + 4));
  } else if (option.is(OptionKind::Sack) && !option.broken && option.bytes.size() >= 10 &&
             (option.bytes.size() - 2) % 8 == 0) {
    text.add("sack");
    for (auto left = option.data().size(); left > 0; left -= 8, data += 8) {
      text.add(' ', base::load32(data) - base.ack, ':', base::load32(data + 4) - base.ack);
    }
  } else if (option.broken || option.is(OptionKind::End)) {
    text.add("raw ").hex(option.bytes);
  } else if (!add_rarer_option(text, option)) {
    text.add("gen-", option.kind);
    add_octets_behind(text, "", option.data());
  }
}

bool all_zero(std::span<const std::byte> bytes) {
  return std::ranges::all_of(bytes, [](std::byte b) { return b == std::byte{0}; });
}

void add_options(Text& text, std::span<const std::byte> options, PrintBase base) {
  bool first = true;
  for (const OptionView& option : Options{options}) {
    if (!first) text.add(',');
    first = false;
    if (option.is(OptionKind::End) && option.bytes.size() <= 4 && all_zero(option.bytes)) {
      for (std::size_t i = 0; i < option.bytes.size(); ++i) text.add(i == 0 ? "eol" : ",eol");
    } else {
      add_option(text, option, base);
    }
  }
}

void add_flags(Text& text, Flags flags) {
  constexpr std::pair<Flags, char> kLetters[] = {{kFin, 'F'}, {kSyn, 'S'}, {kRst, 'R'},
                                                 {kPsh, 'P'}, {kEce, 'E'}, {kCwr, 'W'},
                                                 {kAe, 'A'},  {kUrg, 'U'}, {kAck, '.'}};
  for (const auto& [flag, letter] : kLetters) {
    if (flags.has(flag)) text.add(letter);
  }
  if (flags == Flags{}) text.add('-');
}

void add_segment(Text& text, const SegmentView& segment, PrintBase base) {
  const auto flags = segment.flags();
  const std::uint32_t seq = segment.seq().raw() - base.seq;
  const std::uint32_t size = static_cast<std::uint32_t>(segment.payload().size());
  add_flags(text, flags);
  text.add(' ', seq, ':', seq + size, '(', size, ')');
  if (flags.ack() || segment.ack().raw() != 0) {
    text.add(" ack ", segment.ack().raw() - (flags.ack() ? base.ack : 0));
  }
  text.add(" win ", segment.window());
  if (flags.urg() || segment.urgent() != 0) text.add(" urg ", segment.urgent());
  if (const auto options = segment.option_bytes(); !options.empty()) {
    text.add(" <");
    add_options(text, options, base);
    text.add('>');
  }
  if (!segment.data_offset_ok()) text.add(" {doff ", segment.data_offset(), '}');
  if (segment.reserved() != 0) text.add(" {reserved ", segment.reserved(), '}');
}

// "icmp unreachable frag_needed mtu 1400 [1:1461(1460)]"; the segment quoted is the reader's own,
// so its numbers count from where acknowledgments do. Without its length: [seq 1].
void add_icmp(Text& text, const IcmpView& icmp, PrintBase base) {
  const auto type = icmp_type_name(icmp.version(), icmp.type());
  const auto code = icmp_code_name(icmp.version(), icmp.type(), icmp.code());
  text.add("icmp ");
  type.empty() ? text.add("type_", icmp.type()) : text.add(type);
  if (!code.empty()) {
    text.add(' ', code);
  } else if (icmp.code() != 0) {
    text.add(" code_", icmp.code());
  }
  if (const auto mtu = icmp.mtu()) text.add(" mtu ", *mtu);
  if (const auto quoted = quoted_segment(icmp)) {
    const std::uint32_t seq = quoted->seq.raw() - base.ack;
    if (quoted->payload) {
      text.add(" [", seq, ':', seq + *quoted->payload, '(', *quoted->payload, ")]");
    } else {
      text.add(" [seq ", seq, ']');
    }
  }
}

constexpr std::size_t kUsualText = 120;

}  // namespace

std::string print(Flags flags) {
  Text text{0};
  add_flags(text, flags);
  return text.take();
}

std::string print_options(std::span<const std::byte> options, PrintBase base) {
  Text text{kUsualText};
  add_options(text, options, base);
  return text.take();
}

std::string print(const SegmentView& segment, PrintBase base) {
  Text text{kUsualText};
  add_segment(text, segment, base);
  return text.take();
}

std::string print_datagram(std::span<const std::byte> bytes, PrintBase base) {
  const auto ip = DatagramView::parse(bytes);
  if (!ip) return fmt::format("({} octets: {})", bytes.size(), says(ip.error()));
  if (ip->fragment()) return fmt::format("(IP fragment, {} octets)", ip->payload().size());
  Text text{kUsualText};
  if (const auto icmp = IcmpView::parse(*ip)) {
    add_icmp(text, *icmp, base);
    if (icmp_checksum(ip->source(), ip->destination(), icmp->bytes()) != 0) {
      text.add(" (ICMP checksum bad)");
    }
  } else if (ip->protocol() != kProtocolTcp) {
    return fmt::format("(IP protocol {}, {} octets)", ip->protocol(), ip->payload().size());
  } else {
    const auto segment = SegmentView::parse(ip->payload());
    if (!segment) return fmt::format("({} octets: {})", bytes.size(), says(segment.error()));
    add_segment(text, *segment, base);
    if (tcp_checksum(ip->source(), ip->destination(), ip->payload()) != 0) {
      text.add(" {checksum bad}");
    }
  }
  if (!ip->header_checksum_ok()) text.add(" (IP header checksum bad)");
  if (!ip->extensions().empty()) {
    text.add(ip->version() == IpVersion::V4 ? " (IP options " : " (IP extension headers ")
        .hex(ip->extensions())
        .add(')');
  }
  return text.take();
}

}  // namespace harness::wire
