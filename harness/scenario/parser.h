#pragma once

#include <cstddef>
#include <expected>
#include <functional>
#include <string>
#include <string_view>
#include <vector>

#include "harness/scenario/diagnostic.h"
#include "harness/scenario/ir.h"

namespace harness::scenario {

// No script is larger, with all it uses.
inline constexpr std::size_t kLargestScript = std::size_t{16} << 20;

// The text of a file that a script uses, by the path it writes; or why there is none.
using ReadFile = std::function<std::expected<std::string, std::string>(const std::string& path)>;

// Reads a script: scenarios/README.md is the language. Its places are in the file `id` + ".pkt".
// Everything that can be known before the run is checked here.
std::expected<Scenario, Diagnostic> parse_pkt(std::string_view text, std::string id,
                                              const ReadFile& use);

// Steps to be played behind others, without a header: relative times, but for a first 0. Places are
// in `file`.
std::expected<std::vector<Step>, Diagnostic> parse_more(std::string_view text, std::string file,
                                                        const ReadFile& use);

// What is wrong with a file as a whole.
Diagnostic about_file(std::string file, std::string message);
std::string too_large();  // A sentence.

}  // namespace harness::scenario
