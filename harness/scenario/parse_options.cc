#include "harness/scenario/parse_options.h"

#include <fmt/format.h>

#include <algorithm>
#include <charconv>
#include <limits>
#include <span>
#include <string>
#include <vector>

#include "harness/base/spelling.h"

namespace harness::scenario {
namespace {

// One option, and where it stands.
struct Given {
  std::string_view name;
  std::optional<std::string_view> value;
  std::size_t at = 0, value_at = 0;
};

using Apply = void (*)(const Given&, Options&, Cursor&);

void wrong(const Given& given, std::string_view wanted, Cursor& cursor) {
  cursor.fail(given.value ? given.value_at : given.at,
              fmt::format("--{} takes {}{}", given.name, wanted,
                          given.value ? ", not " + quoted(*given.value) : ""));
}

void nothing(const Given&, Options&, Cursor&) {}

void not_yet(const Given& given, Options&, Cursor& cursor) {
  cursor.fail_unsupported(given.at, fmt::format("--{}", given.name));
}

// Decimal digits only: as packetdrill's own.
std::int64_t number(const Given& given, std::string_view what, std::int64_t least,
                    std::int64_t most, Cursor& cursor) {
  const auto text = given.value.value_or("");
  std::int64_t value = 0;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), value);
  if (error != std::errc{} || end != text.data() + text.size() || value < least || value > most) {
    wrong(given, fmt::format("{} from {} to {}", what, least, most), cursor);
    return least;
  }
  return value;
}

void ip_version(const Given& given, Options& options, Cursor& cursor) {
  using Family = Options::Family;
  if (given.value == "ipv4") {
    options.family = Family::V4;
  } else if (given.value == "ipv4-mapped-ipv6" || given.value == "ipv4_mapped_ipv6") {
    options.family = Family::Mapped;
  } else if (given.value == "ipv6") {
    options.family = Family::V6;
  } else {
    wrong(given, "ipv4, ipv4-mapped-ipv6 or ipv6", cursor);
  }
}

std::optional<wire::IpAddress> address(const Given& given, std::string_view text, Cursor& cursor) {
  const auto parsed = wire::IpAddress::parse(text);
  if (!parsed) wrong(given, "an address such as 192.0.2.1 or 2001:db8::1", cursor);
  return parsed;
}

void local_ip(const Given& given, Options& options, Cursor& cursor) {
  options.local_ip = address(given, given.value.value_or(""), cursor);
}

void remote_ip(const Given& given, Options& options, Cursor& cursor) {
  const auto text = given.value.value_or("");
  const auto slash = text.find('/');
  options.remote_ip = address(given, text.substr(0, slash), cursor);
  options.remote_prefix.reset();
  if (slash == text.npos || !options.remote_ip) return;
  const auto prefix = text.substr(slash + 1);
  const unsigned most = static_cast<unsigned>(options.remote_ip->size() * 8);
  unsigned length = 0;
  const auto [end, error] = std::from_chars(prefix.data(), prefix.data() + prefix.size(), length);
  if (error != std::errc{} || end != prefix.data() + prefix.size() || length > most) {
    wrong(given, fmt::format("a prefix length from 0 to {} behind the slash", most), cursor);
  }
  options.remote_prefix = static_cast<std::uint8_t>(length);
}

// Only how the original tool sets up its own host.
void unused_address(const Given& given, Options&, Cursor& cursor) {
  address(given, given.value.value_or(""), cursor);
}

void bind_port(const Given& given, Options& options, Cursor& cursor) {
  options.bind_port = static_cast<wire::Port>(number(given, "a port", 1, 0xFFFF, cursor));
}

void connect_port(const Given& given, Options& options, Cursor& cursor) {
  options.connect_port = static_cast<wire::Port>(number(given, "a port", 1, 0xFFFF, cursor));
}

void mtu(const Given& given, Options& options, Cursor& cursor) {
  // RFC 791, 3.2: every module must be able to forward a datagram of 68 octets.
  options.mtu = static_cast<std::uint16_t>(number(given, "octets", 68, 0xFFFF, cursor));
}

void tolerance_usecs(const Given& given, Options& options, Cursor& cursor) {
  constexpr std::int64_t kHour = 3'600'000'000;
  options.tolerance = std::chrono::microseconds{number(given, "microseconds", 0, kHour, cursor)};
}

// Whole per cent, or with one digit behind the point.
void tolerance_percent(const Given& given, Options& options, Cursor& cursor) {
  Given whole = given;
  const auto text = given.value.value_or("");
  const auto point = text.find('.');
  std::int64_t tenths = 0;
  if (point != text.npos) {
    const auto digits = text.substr(point + 1);
    whole.value = text.substr(0, point);
    if (digits.size() != 1 || digits[0] < '0' || digits[0] > '9' || point == 0) {
      return wrong(given, "per cent, with one digit behind the point at most", cursor);
    }
    tenths = digits[0] - '0';
  }
  options.tolerance_per_mille =
      static_cast<std::uint32_t>(number(whole, "per cent", 0, 10'000, cursor) * 10 + tenths);
}

void strict_segments(const Given& given, Options& options, Cursor& cursor) {
  if (given.value) wrong(given, "no value", cursor);
  options.strict_segments = true;
}

// Their default changes nothing; any other value would.
void not_yet_unless_0(const Given& given, Options& options, Cursor& cursor) {
  if (given.value != "0") not_yet(given, options, cursor);
}

// `syscall` is parsed by the original but never used.
void non_fatal(const Given& given, Options& options, Cursor& cursor) {
  if (given.value != "syscall") not_yet(given, options, cursor);
}

struct Known {
  std::string_view name;
  Apply apply;
};
constexpr Known kOptions[] = {
    {"ip_version", ip_version},
    {"local_ip", local_ip},
    {"remote_ip", remote_ip},
    {"gateway_ip", unused_address},
    {"netmask_ip", unused_address},
    {"bind_port", bind_port},
    {"connect_port", connect_port},
    {"mtu", mtu},
    {"tolerance_usecs", tolerance_usecs},
    {"tolerance_percent", tolerance_percent},
    {"strict_segments", strict_segments},
    {"mss", not_yet_unless_0},
    {"tcp_ts_tick_usecs", not_yet_unless_0},
    {"non_fatal", non_fatal},
    {"send_omit_free", nothing},  // Nothing here frees a buffer the kernel still reads.
    {"code_command", nothing},    // There is no code block it could be for.
    {"code_format", nothing},
    {"code_sockopt", nothing},
    {"debug", nothing},
    {"verbose", nothing},
    {"tcp_ts_ecr_scaled", not_yet},
    {"speed", not_yet},
    {"is_anyip", not_yet},
    {"init_scripts", not_yet},
    {"so_filename", not_yet},
    {"so_flags", not_yet},
    {"wire_client", not_yet},
    {"wire_server", not_yet},
    {"wire_client_dev", not_yet},
    {"wire_server_dev", not_yet},
    {"wire_server_ip", not_yet},
    {"wire_server_port", not_yet},
    {"psp_udp_port", not_yet},
    {"dry_run", not_yet},
    {"define", not_yet},
    {"udp_encapsulation", not_yet},
    {"tcp_md5_secret", not_yet},
};

constexpr std::string_view kNameCharacters =
    "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789_";

// VALUE or "VALUE", behind the `=`. Without quotes it ends at a blank or a comment.
void parse_value(Given& given, Cursor& cursor) {
  given.value_at = cursor.at();
  if (cursor.now().is(Token::Kind::String)) {
    const auto text = cursor.take().text;
    given.value = text.substr(1, text.size() - 2);
    return;
  }
  const auto rest = cursor.source().text().substr(cursor.at());
  auto size = std::min(rest.find_first_of(" \t\n\"`"), rest.size());
  size = std::min({size, rest.find("//"), rest.find("/*")});
  given.value = rest.substr(0, size);
  cursor.move_to(cursor.at() + size);
}

void parse_option(Options& options, std::vector<std::string_view>& seen, Cursor& cursor) {
  Given given;
  given.at = cursor.at();
  cursor.take();
  const bool whole = cursor.accept('-');
  given.name = cursor.take_raw(kNameCharacters);
  if (!whole) {
    if (given.name == "v") return;
    return cursor.fail_unsupported(given.at, "an option with one hyphen");
  }
  if (cursor.accept('=')) parse_value(given, cursor);
  const auto known = std::ranges::find(kOptions, given.name, &Known::name);
  if (known == std::end(kOptions)) {
    std::vector<std::string_view> names;
    for (const auto& option : kOptions) names.push_back(option.name);
    return cursor.fail(given.at,
                       fmt::format("unknown option {}{}", quoted("--" + std::string(given.name)),
                                   base::did_you_mean(base::nearest(given.name, names))));
  }
  if (std::ranges::find(seen, given.name) != seen.end()) {
    return cursor.fail(given.at, fmt::format("--{} stands here twice", given.name));
  }
  seen.push_back(known->name);
  known->apply(given, options, cursor);
}

// The addresses are of the version that goes over the wire, and say which when nothing else does.
void settle_version(Options& options, std::size_t at, Cursor& cursor) {
  std::optional<wire::IpVersion> version;
  if (options.family) {
    version = *options.family == Options::Family::V6 ? wire::IpVersion::V6 : wire::IpVersion::V4;
  }
  for (const auto& address : {options.local_ip, options.remote_ip}) {
    if (!address) continue;
    if (version && *version != address->version()) {
      cursor.fail(at, "--ip_version, --local_ip and --remote_ip are not of one IP version");
    }
    version = address->version();
  }
  if (version && !options.family) {
    options.family = *version == wire::IpVersion::V6 ? Options::Family::V6 : Options::Family::V4;
  }
}

}  // namespace

void parse_options(Options& options, Cursor& cursor) {
  const auto at = cursor.at();
  std::vector<std::string_view> seen;
  while (cursor.now().is('-')) parse_option(options, seen, cursor);
  settle_version(options, at, cursor);
}

}  // namespace harness::scenario
