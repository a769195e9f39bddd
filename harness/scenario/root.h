#pragma once

#include <expected>
#include <filesystem>
#include <optional>
#include <span>
#include <string>
#include <string_view>

namespace harness::scenario {

// The folder of the scenarios: the one that was `said`, by what is named `said_by` ("--scenarios");
// else that of the variable LASTACK_SCENARIOS, unless it is empty; else ./scenarios, or the first
// of `beside` that is there. There may be none. One that was named and is no folder is an error: a
// sentence.
std::expected<std::optional<std::filesystem::path>, std::string> find_root(
    const std::optional<std::string>& said, std::string_view said_by,
    std::span<const std::filesystem::path> beside);

// The id of a file below the root, however either is spelt: "close/simultaneous". Nothing of one
// from elsewhere.
std::optional<std::string> id_below(const std::filesystem::path& root,
                                    const std::filesystem::path& file);

}  // namespace harness::scenario
