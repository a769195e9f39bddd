#pragma once

#include <expected>
#include <string>
#include <string_view>

#include "harness/wire/ip_address.h"

namespace harness::cli {

// What stands behind --ip: "v4" or "v6". The error is a sentence.
std::expected<wire::IpVersion, std::string> parse_ip(std::string_view);

}  // namespace harness::cli
