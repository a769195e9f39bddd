#pragma once

#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "reports/run.h"

namespace harness::cli {

// A report that --out gets when the run is over.
struct Format {
  std::string_view name;  // What --report calls it.
  std::string_view file;  // Its name below --out.
  std::string (*write)(const reports::Run&);
};

std::span<const Format> formats();
// Not one file but a folder, with a capture of each run, written as it ends.
inline constexpr std::string_view kCaptures = "pcapng";
std::vector<std::string> format_names();  // Of both kinds.

}  // namespace harness::cli
