#pragma once

#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "reports/run.h"

namespace harness::cli {

// A report that --out gets.
struct Format {
  std::string_view name;                      // What --report calls it.
  std::string_view file;                      // Its name below --out; empty: one for each run.
  std::string (*write)(const reports::Run&);  // When all is over; null: each run by itself.
};

std::span<const Format> formats();
std::vector<std::string> format_names();

}  // namespace harness::cli
