#pragma once

#include <string>
#include <vector>

namespace harness::cli {

// Lines of cells under each other, each column as wide as its widest cell and the last as long as
// it likes. Every line has as many cells as the first.
std::string table(const std::vector<std::vector<std::string>>& lines);

}  // namespace harness::cli
