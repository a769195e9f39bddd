#pragma once

#include <filesystem>
#include <optional>
#include <string>
#include <string_view>

namespace harness::cli {

// The sentence for an error number.
std::string cannot_write(const std::filesystem::path&, int error);

enum class IfThere { Replace, Refuse };

// Writes a whole file, and the folders it lies in, or says in a sentence why it did not. Under
// another name first, so that whoever looks sees the old one or the new one. Refuse never touches
// what is there, and makes no folders.
std::optional<std::string> write_file(const std::filesystem::path&, std::string_view text, IfThere);

}  // namespace harness::cli
