#include "harness/cli/suite.h"

#include <fmt/format.h>

#include <algorithm>
#include <utility>

#include "harness/scenario/loader.h"
#include "harness/scenario/root.h"

namespace harness::cli {

namespace fs = std::filesystem;

namespace {

// Beside the program: as it is built, and as it is installed.
std::vector<fs::path> beside_the_program() {
  std::error_code error;
  const auto program = fs::read_symlink("/proc/self/exe", error);
  if (error) return {};
  const auto folder = program.parent_path();
  return {(folder / "../scenarios").lexically_normal(),
          (folder / "../share/lastack/scenarios").lexically_normal()};
}

fs::path real(const fs::path& file) {
  std::error_code error;
  auto path = fs::weakly_canonical(file, error);
  return error ? file : path;
}

}  // namespace

Entry::Entry(fs::path file, std::string id, fs::path root, bool outside)
    : root_(std::move(root)),
      file_(std::move(file)),
      real_file_(real(file_)),
      id_(std::move(id)),
      outside_(outside) {}

const Entry::Read& Entry::read() const {
  if (!read_) read_ = scenario::load_scenario(file_, id_, root_);
  return *read_;
}

std::string Entry::selector() const { return outside_ ? file_.filename().string() : id_; }

std::expected<Suite, std::string> Suite::open(const std::optional<std::string>& option) {
  Suite suite;
  const auto root = scenario::find_root(option, "--scenarios", beside_the_program());
  if (!root) return std::unexpected(root.error());
  suite.root_ = *root;
  if (!suite.root_) return suite;
  for (auto& found : scenario::find_scenarios(*suite.root_)) {
    suite.entries_.emplace_back(std::move(found.path), std::move(found.id), *suite.root_, false);
  }
  return suite;
}

std::size_t Suite::index_of(const fs::path& file, std::string id) {
  const auto wanted = real(file);
  const auto found = std::ranges::find(entries_, wanted, &Entry::real_file);
  if (found != entries_.end()) return static_cast<std::size_t>(found - entries_.begin());
  // Two files of one name from two folders are two scenarios.
  const auto taken = [&](const std::string& name) {
    return std::ranges::find(entries_, name, &Entry::id) != entries_.end();
  };
  std::string unique = id;
  for (int n = 2; taken(unique); ++n) unique = fmt::format("{}-{}", id, n);
  entries_.emplace_back(file, std::move(unique), root_.value_or(fs::path{}), true);
  return entries_.size() - 1;
}

}  // namespace harness::cli
