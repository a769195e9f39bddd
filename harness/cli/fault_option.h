#pragma once

#include <expected>
#include <string>
#include <string_view>
#include <vector>

#include "harness/link/fault.h"

namespace harness::cli {

// What --faults says. The error is a sentence, and the text with a mark under it.
std::expected<std::vector<link::Fault>, std::string> parse_faults(std::string_view text);

}  // namespace harness::cli
