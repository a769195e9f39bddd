#include "harness/scenario/loader.h"

#include <algorithm>
#include <fstream>
#include <optional>
#include <string_view>
#include <system_error>
#include <utility>
#include <vector>

#include "harness/base/spelling.h"
#include "harness/base/system_error.h"
#include "harness/scenario/sockets.h"

namespace harness::scenario {
namespace {

namespace fs = std::filesystem;

// scenarios/close/simultaneous.pkt of id close/simultaneous is below scenarios.
std::optional<fs::path> root_of(const fs::path& file, const std::string& id) {
  const fs::path below = id + ".pkt";
  fs::path root = file.lexically_normal();
  for (auto part = below.end(); part != below.begin();) {
    --part;
    if (root.filename() != *part) return std::nullopt;
    root = root.parent_path();
  }
  return root;
}

}  // namespace

// Never reads more than a script may have, and one octet.
std::expected<std::string, std::string> read_script(const fs::path& path) {
  std::error_code error;
  const auto status = fs::status(path, error);
  if (status.type() == fs::file_type::not_found) return std::unexpected("there is no such file");
  if (error) return std::unexpected("it cannot be read: " + error.message());
  // A pipe or a device may never end, or never begin.
  if (!fs::is_regular_file(status)) return std::unexpected("it is no regular file");
  std::ifstream stream{path, std::ios::binary};
  if (!stream) {
    return std::unexpected("it cannot be read: " + std::generic_category().message(errno));
  }
  std::string text;
  std::string piece(std::size_t{1} << 16, '\0');
  while (stream && text.size() <= kLargestScript) {
    const auto room = std::min(piece.size(), kLargestScript + 1 - text.size());
    if (room == 0) break;
    stream.read(piece.data(), static_cast<std::streamsize>(room));
    text.append(piece, 0, static_cast<std::size_t>(stream.gcount()));
  }
  if (stream.bad()) return std::unexpected("reading it failed");
  if (text.size() > kLargestScript) return std::unexpected(too_large());
  return text;
}

std::string without_ending(std::string name) {
  if (name.ends_with(".pkt")) name.resize(name.size() - 4);
  return name;
}

std::vector<Found> find_scenarios(const fs::path& root) {
  std::vector<Found> found;
  std::error_code error;
  fs::recursive_directory_iterator at{root, error};
  for (const fs::recursive_directory_iterator end; !error && at != end; at.increment(error)) {
    const fs::path& path = at->path();
    if (at.depth() == 0 && path.filename() == "preamble") {
      at.disable_recursion_pending();
      continue;
    }
    std::error_code ignored;
    if (path.extension() != ".pkt" || !at->is_regular_file(ignored)) continue;
    auto id = path.lexically_relative(root).replace_extension();
    found.push_back({.id = id.generic_string(), .path = path});
  }
  if (error) throw base::SystemError{"read the folder " + root.string(), error.value()};
  std::ranges::sort(found, {}, &Found::id);
  return found;
}

namespace {

// Where one looked in vain for what a script uses, and what may have been meant.
std::string nowhere(const std::string& path, const fs::path& folder, const fs::path& root) {
  std::vector<std::string> there;
  for (const auto& base : {root, folder}) {
    const auto beside = (base / path).parent_path();
    std::error_code error;
    for (fs::directory_iterator at{beside, error}, end; !error && at != end; at.increment(error)) {
      if (at->path().extension() != ".pkt") continue;
      there.push_back((fs::path{path}.parent_path() / at->path().filename()).generic_string());
    }
  }
  std::ranges::sort(there);
  const std::vector<std::string_view> names{there.begin(), there.end()};
  return std::string{"there is no such file "} +
         (root.empty() ? "beside the script, and no scenarios folder is known"
                       : "in the scenarios folder, nor beside the script") +
         base::did_you_mean(base::nearest(path, names));
}

}  // namespace

ReadFile used_by(const fs::path& file, const fs::path& root) {
  return [root, folder = file.parent_path()](
             const std::string& path) -> std::expected<std::string, std::string> {
    std::error_code error;
    if (!root.empty() && fs::exists(root / path, error)) return read_script(root / path);
    if (!fs::exists(folder / path, error)) return std::unexpected(nowhere(path, folder, root));
    return read_script(folder / path);
  };
}

std::expected<Scenario, Diagnostic> load_scenario(const fs::path& file, std::string id,
                                                  const fs::path& known_root) {
  const auto text = read_script(file);
  if (!text) return std::unexpected(about_file(id + ".pkt", text.error()));
  const auto root = known_root.empty() ? root_of(file, id).value_or(fs::path{}) : known_root;
  auto scenario = parse_pkt(*text, std::move(id), used_by(file, root));
  if (scenario) {
    if (auto error = unknown_socket(*scenario)) return std::unexpected(std::move(*error));
  }
  return scenario;
}

}  // namespace harness::scenario
