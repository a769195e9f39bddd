#include "harness/scenario/root.h"

#include <fmt/format.h>

#include <algorithm>
#include <cstdlib>
#include <system_error>

#include "harness/scenario/loader.h"

namespace harness::scenario {

namespace fs = std::filesystem;

namespace {

bool is_folder(const fs::path& path) {
  std::error_code error;
  return fs::is_directory(path, error);
}

fs::path real(const fs::path& path) {
  std::error_code error;
  auto found = fs::weakly_canonical(path, error);
  return error ? path : found;
}

}  // namespace

std::expected<std::optional<fs::path>, std::string> find_root(
    const std::optional<std::string>& said, std::string_view said_by,
    std::span<const fs::path> beside) {
  const char* variable = std::getenv("LASTACK_SCENARIOS");
  if (said || (variable != nullptr && *variable != '\0')) {
    const fs::path root = said ? *said : variable;
    if (is_folder(root)) return root;
    return std::unexpected(fmt::format("{} wants a folder with scenarios; `{}` is none",
                                       said ? said_by : "LASTACK_SCENARIOS", root.string()));
  }
  if (const fs::path here = "scenarios"; is_folder(here)) return here;
  const auto found = std::ranges::find_if(beside, is_folder);
  return found == beside.end() ? std::nullopt : std::optional{*found};
}

std::optional<std::string> id_below(const fs::path& root, const fs::path& file) {
  const auto below = real(file).lexically_relative(real(root));
  if (below.empty() || *below.begin() == "." || *below.begin() == "..") return std::nullopt;
  return without_ending(below.generic_string());
}

}  // namespace harness::scenario
