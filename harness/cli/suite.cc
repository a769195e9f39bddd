#include "harness/cli/suite.h"

#include <fmt/format.h>

#include <algorithm>
#include <cstdlib>
#include <utility>

#include "harness/scenario/loader.h"

namespace harness::cli {

namespace fs = std::filesystem;

namespace {

// Where a suite may be when nobody says where.
std::vector<fs::path> usual_roots() {
  std::vector<fs::path> roots = {"scenarios"};
  std::error_code error;
  const auto program = fs::read_symlink("/proc/self/exe", error);
  if (!error) {
    const auto folder = program.parent_path();
    roots.push_back((folder / "../scenarios").lexically_normal());
    roots.push_back((folder / "../share/lastack/scenarios").lexically_normal());
  }
  return roots;
}

bool is_folder(const fs::path& path) {
  std::error_code error;
  return fs::is_directory(path, error);
}

std::expected<std::optional<fs::path>, std::string> find_root(
    const std::optional<std::string>& option) {
  const char* variable = std::getenv("LASTACK_SCENARIOS");
  if (option || (variable != nullptr && *variable != '\0')) {
    const fs::path root = option ? *option : variable;
    if (is_folder(root)) return root;
    return std::unexpected(fmt::format("{} wants a folder with scenarios; `{}` is none",
                                       option ? "--scenarios" : "LASTACK_SCENARIOS",
                                       root.string()));
  }
  const auto usual = usual_roots();
  const auto found = std::ranges::find_if(usual, is_folder);
  return found == usual.end() ? std::nullopt : std::optional{*found};
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
  const auto root = find_root(option);
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
