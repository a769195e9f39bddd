#pragma once

#include <expected>
#include <filesystem>
#include <string>
#include <vector>

#include "harness/scenario/parser.h"

namespace harness::scenario {

struct Found {
  std::string id;  // The path below the root, without .pkt: "close/simultaneous".
  std::filesystem::path path;
};

// A script's name without its ".pkt", if it has one.
std::string without_ending(std::string name);

// Every *.pkt below `root`, sorted by id; what is in root/preamble is there to be used by others.
// Throws base::SystemError when a folder cannot be read.
std::vector<Found> find_scenarios(const std::filesystem::path& root);

// The whole text of a script's file; or, as a phrase, why there is none.
std::expected<std::string, std::string> read_script(const std::filesystem::path&);

// What reads the files that `file` uses: each is looked for in the scenarios folder `root`, unless
// that is empty, and then beside the file.
ReadFile used_by(const std::filesystem::path& file, const std::filesystem::path& root);

// Reads a scenario from its file. A path it uses is looked for in the scenarios folder `root` (if
// it is empty, the folder that the id tells) and then beside the file.
std::expected<Scenario, Diagnostic> load_scenario(const std::filesystem::path& file, std::string id,
                                                  const std::filesystem::path& root = {});

}  // namespace harness::scenario
