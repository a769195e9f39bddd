#pragma once

#include <gtest/gtest.h>

#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <iterator>
#include <string>
#include <string_view>

#include "tests/in_tree.h"

namespace reports {

// Fails unless `text` is what tests/golden/reports/<name> holds. With LASTACK_WRITE_GOLDEN set in
// the environment it is written there: read it before you commit it.
inline void expect_golden(std::string_view name, const std::string& text) {
  const auto file = tests::in_tree("tests/golden/reports") / name;
  if (std::getenv("LASTACK_WRITE_GOLDEN") != nullptr) {
    std::filesystem::create_directories(file.parent_path());
    std::ofstream{file, std::ios::binary} << text;
  }
  std::ifstream stream{file, std::ios::binary};
  const std::string wanted{std::istreambuf_iterator<char>{stream}, {}};
  EXPECT_EQ(text, wanted) << "differs from " << name;
}

}  // namespace reports
