#pragma once

#include <expected>
#include <filesystem>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "harness/oracle/deviations.h"

namespace harness::cli {

// The deviations known of a target: of the file that --known names, or of known/<target>.txt below
// the root, where there may be none. The error is file:line:column and a sentence; a file that
// cannot be read is a base::SystemError.
std::expected<std::vector<oracle::Deviation>, std::string> load_known(
    const std::optional<std::string>& option, const std::optional<std::filesystem::path>& root,
    std::string_view target);

}  // namespace harness::cli
