#pragma once

#include <filesystem>
#include <optional>
#include <string>

namespace harness::cli {

// The whole file; nothing when there is none. What cannot be read is a base::SystemError.
std::optional<std::string> read_file_if_there(const std::filesystem::path&);
// The same, and it must be there.
std::string read_file(const std::filesystem::path&);

}  // namespace harness::cli
