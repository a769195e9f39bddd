#include "tests/in_tree.h"

namespace tests {

std::filesystem::path in_tree(std::string_view path) {
  return std::filesystem::path{LASTACK_SOURCE} / path;
}

}  // namespace tests
