#include "harness/clock/print.h"

#include <fmt/format.h>

#include <cstdint>

namespace harness::clock {
namespace {

struct Magnitude {
  const char* sign;
  std::uint64_t ns;
};

// The least duration has no negative.
Magnitude magnitude(Duration d) {
  const auto ns = static_cast<std::uint64_t>(d.count());
  return d.count() < 0 ? Magnitude{"-", 0 - ns} : Magnitude{"", ns};
}

}  // namespace

std::string seconds(Duration d) {
  const auto [sign, whole] = magnitude(d);
  const auto s = whole / 1'000'000'000, ns = whole % 1'000'000'000;
  return ns % 1000 == 0 ? fmt::format("{}{}.{:06}", sign, s, ns / 1000)
                        : fmt::format("{}{}.{:09}", sign, s, ns);
}

std::string human(Duration d) {
  const auto [sign, ns] = magnitude(d);
  if (ns >= 100'000'000) return fmt::format("{}{:.3f} s", sign, static_cast<double>(ns) / 1e9);
  // From here on three digits round to "1 ms", not to "1e+03 us".
  if (ns >= 999'500) return fmt::format("{}{:.3g} ms", sign, static_cast<double>(ns) / 1e6);
  if (ns >= 1'000) return fmt::format("{}{:.3g} us", sign, static_cast<double>(ns) / 1e3);
  return fmt::format("{}{} ns", sign, ns);
}

std::expected<Duration, std::string> parse_seconds(std::string_view text) {
  const auto wrong = [&] {
    return std::unexpected(fmt::format("expected a number of seconds, found `{}`", text));
  };
  std::string_view rest = text;
  const bool negative = rest.starts_with('-');
  if (negative) rest.remove_prefix(1);
  std::int64_t whole = 0, fraction = 0, unit = 1'000'000'000;
  bool digits = false;
  for (; !rest.empty() && rest[0] >= '0' && rest[0] <= '9'; rest.remove_prefix(1), digits = true) {
    whole = whole * 10 + (rest[0] - '0');
    if (whole > 1'000'000'000) return wrong();  // Thirty years: not a time in a test.
  }
  if (rest.starts_with('.')) {
    rest.remove_prefix(1);
    for (; !rest.empty() && rest[0] >= '0' && rest[0] <= '9'; rest.remove_prefix(1)) {
      unit /= 10;
      fraction += unit * (rest[0] - '0');
      digits = true;
    }
  }
  if (!digits || !rest.empty()) return wrong();
  const Duration d = std::chrono::seconds{whole} + Duration{fraction};
  return negative ? -d : d;
}

}  // namespace harness::clock
