#pragma once

#include <cstddef>
#include <expected>
#include <span>
#include <string>
#include <vector>

#include "harness/cli/suite.h"

namespace harness::cli {

struct Selected {
  std::size_t entry = 0;  // In the suite.
  bool by_name = false;   // Itself, by its path or its id, not as one of many.
};

// What the user chose, each scenario once, in the order of the suite; without a selector, all. A
// selector is the path of a file or folder, an id or its folder, a glob over ids, or the id of a
// requirement or a claim. The error is a sentence: one of them fits nothing.
std::expected<std::vector<Selected>, std::string> select(Suite&,
                                                         std::span<const std::string> selectors);

}  // namespace harness::cli
