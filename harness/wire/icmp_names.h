#pragma once

#include <cstdint>
#include <optional>
#include <string_view>

#include "harness/wire/ip_address.h"

// Types and codes of ICMP in the words of scripts: "unreachable", "frag_needed".
namespace harness::wire {

std::string_view icmp_type_name(IpVersion, std::uint8_t type);  // Empty for one without a name.
std::string_view icmp_code_name(IpVersion, std::uint8_t type, std::uint8_t code);

// Also "type_3" and "code_4", which name any.
std::optional<std::uint8_t> icmp_type_named(IpVersion, std::string_view);
std::optional<std::uint8_t> icmp_code_named(IpVersion, std::uint8_t type, std::string_view);

}  // namespace harness::wire
