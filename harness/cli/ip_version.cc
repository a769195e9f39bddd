#include "harness/cli/ip_version.h"

#include <fmt/format.h>

namespace harness::cli {

std::expected<wire::IpVersion, std::string> parse_ip(std::string_view text) {
  if (text == "v4") return wire::IpVersion::V4;
  if (text == "v6") return wire::IpVersion::V6;
  return std::unexpected(fmt::format("--ip wants v4 or v6, found `{}`", text));
}

}  // namespace harness::cli
