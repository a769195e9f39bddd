// replay FILE|FOLDER...: gives each file to the target, as libFuzzer would, in any build.
// With --aims it also fails when an aim of the target was not reached, and names it.

#include <fmt/format.h>

#include <algorithm>
#include <cstdio>
#include <cstring>
#include <filesystem>
#include <fstream>
#include <iterator>
#include <memory>
#include <string>
#include <vector>

#include "fuzz/target.h"

namespace {

namespace fs = std::filesystem;

// Sorted, so that every replay is the same.
std::vector<fs::path> files_of(const fs::path& path) {
  if (!fs::is_directory(path)) return {path};
  std::vector<fs::path> files;
  for (const auto& entry : fs::directory_iterator{path}) {
    if (entry.is_regular_file()) files.push_back(entry.path());
  }
  std::ranges::sort(files);
  return files;
}

bool replay(const fs::path& file) {
  std::ifstream in{file, std::ios::binary};
  const std::string text{std::istreambuf_iterator<char>{in}, {}};
  if (!in) return false;
  // Exactly so large: whoever reads behind it is caught.
  const auto exact = std::make_unique_for_overwrite<std::byte[]>(text.size());
  if (!text.empty()) std::memcpy(exact.get(), text.data(), text.size());
  fuzz::one_input({exact.get(), text.size()});
  return true;
}

}  // namespace

int main(int count, char** words) {
  bool want_aims = false;
  std::size_t inputs = 0;
  for (int i = 1; i < count; ++i) {
    if (std::string_view{words[i]} == "--aims") {
      want_aims = true;
      continue;
    }
    if (!fs::exists(words[i])) {
      fmt::print(stderr, "there is no {}\n", words[i]);
      return 2;
    }
    for (const auto& file : files_of(words[i])) {
      if (!replay(file)) {
        fmt::print(stderr, "cannot read {}\n", file.string());
        return 2;
      }
      ++inputs;
    }
  }
  if (inputs == 0 && !want_aims) {
    fmt::print(stderr, "usage: replay [--aims] FILE|FOLDER...\n");
    return 2;
  }
  const auto aims = fuzz::aims();
  std::size_t missed = 0;
  for (std::size_t i = 0; i < aims.size(); ++i) {
    if (fuzz::reached[i] > 0) continue;
    ++missed;
    if (want_aims) fmt::print("not reached: {}\n", aims[i]);
  }
  fmt::print("{} inputs, {} of {} aims reached\n", inputs, aims.size() - missed, aims.size());
  return want_aims && missed > 0 ? 1 : 0;
}
