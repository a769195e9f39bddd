#pragma once

#include <filesystem>
#include <string_view>

namespace tests {

// A file or folder of the sources these tests were built from: in_tree("scenarios/README.md").
std::filesystem::path in_tree(std::string_view path);

}  // namespace tests
