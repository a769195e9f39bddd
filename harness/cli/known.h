#pragma once

#include <expected>
#include <filesystem>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "harness/oracle/deviations.h"

namespace harness::cli {

// In place of a scenario's id: the line is about random conversations, of which none has a name.
inline constexpr std::string_view kAnyConversation = "swarm";

// The deviations known of a target: of the file that --known names, or of known/<target>.txt below
// the root, where there may be none. The error is file:line:column and a sentence; a file that
// cannot be read is a base::SystemError.
std::expected<std::vector<oracle::Deviation>, std::string> load_known(
    const std::optional<std::string>& option, const std::optional<std::filesystem::path>& root,
    std::string_view target);

// The same from the text of the file, whose name for places is `name`. A line about random
// conversations says in which words its requirement is broken, and is `sometimes`.
std::expected<std::vector<oracle::Deviation>, std::string> parse_known(std::string_view text,
                                                                       std::string_view name);

// What --xfail names: scenarios that are expected to fail, an id or a glob over ids on each line,
// the reason behind a `#`. A line with `|` in it is one of the known deviations' list. Each becomes
// a deviation that must occur: a scenario that passes all the same is stale. `ids`: the scenarios
// there are. The error is file:line:column and a sentence; a file that cannot be read is a
// base::SystemError.
std::expected<std::vector<oracle::Deviation>, std::string> load_expected_failures(
    const std::string& file, std::span<const std::string> ids);

// The same from the text of the file, whose name for places is `name`.
std::expected<std::vector<oracle::Deviation>, std::string> parse_expected_failures(
    std::string_view text, std::string_view name, std::span<const std::string> ids);

}  // namespace harness::cli
