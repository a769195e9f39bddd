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
std::vector<std::string> format_names();

}  // namespace harness::cli
