#include "harness/cli/number.h"

#include <fmt/format.h>

#include <charconv>

namespace harness::cli {

std::expected<std::uint64_t, std::string> parse_number(std::string_view what, std::string_view text,
                                                       std::uint64_t least, std::uint64_t most) {
  const bool hexadecimal = text.starts_with("0x") || text.starts_with("0X");
  const auto digits = hexadecimal ? text.substr(2) : text;
  std::uint64_t value = 0;
  const auto* end = digits.data() + digits.size();
  const auto read = std::from_chars(digits.data(), end, value, hexadecimal ? 16 : 10);
  if (read.ec != std::errc{} || read.ptr != end || value < least || value > most) {
    return std::unexpected(
        fmt::format("{} wants a number from {} to {}, found `{}`", what, least, most, text));
  }
  return value;
}

}  // namespace harness::cli
