// Every fault that scenarios/README.md shows is one.

#include <gtest/gtest.h>

#include <fstream>
#include <iterator>
#include <string>
#include <vector>

#include "harness/link/fault.h"
#include "tests/in_tree.h"

namespace harness::link {
namespace {

// The code in the first column of the tables of one section.
std::vector<std::string> rows_of(const std::string& section) {
  std::ifstream stream{tests::in_tree("scenarios/README.md")};
  std::vector<std::string> found;
  bool inside = false;
  for (std::string line; std::getline(stream, line);) {
    if (line.starts_with("## ")) inside = line == "## " + section;
    if (!inside || !line.starts_with("| `")) continue;
    for (std::size_t at = line.find('`'); at < line.find(" | ");) {
      const auto end = line.find('`', at + 1);
      found.push_back(line.substr(at + 1, end - at - 1));
      at = line.find('`', end + 1);
    }
  }
  // Within a table a bar has a backslash.
  for (auto& text : found) {
    for (auto bar = text.find("\\|"); bar != text.npos; bar = text.find("\\|")) {
      text.erase(bar, 1);
    }
  }
  return found;
}

TEST(Readme, EveryFaultItShowsIsOne) {
  const auto rows = rows_of("Faults");
  EXPECT_GT(rows.size(), 50u);
  for (const auto& text : rows) {
    const auto faults = parse_faults(text);
    ASSERT_TRUE(faults) << text << ": column " << faults.error().column << ": "
                        << faults.error().message;
    EXPECT_EQ(faults->size(), 1u) << text;
    EXPECT_EQ(parse_faults(print(*faults)).value(), *faults) << text;
  }
}

}  // namespace
}  // namespace harness::link
