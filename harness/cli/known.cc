#include "harness/cli/known.h"

#include <fcntl.h>
#include <fmt/format.h>
#include <unistd.h>

#include <array>
#include <cerrno>

#include "harness/base/system_error.h"
#include "harness/cli/fd.h"

namespace harness::cli {

namespace fs = std::filesystem;

namespace {

// The whole file; nothing when it need not be there and is not.
std::optional<std::string> read(const fs::path& file, bool needed) {
  const Fd fd{::open(file.c_str(), O_RDONLY | O_CLOEXEC)};
  if (!fd) {
    if (!needed && errno == ENOENT) return std::nullopt;
    throw base::SystemError{"read " + file.string()};
  }
  std::string text;
  std::array<char, 16384> buffer;
  for (;;) {
    const auto n = ::read(fd.get(), buffer.data(), buffer.size());
    if (n < 0 && errno == EINTR) continue;
    if (n < 0) throw base::SystemError{"read " + file.string()};
    if (n == 0) return text;
    text.append(buffer.data(), static_cast<std::size_t>(n));
  }
}

}  // namespace

std::expected<std::vector<oracle::Deviation>, std::string> load_known(
    const std::optional<std::string>& option, const std::optional<fs::path>& root,
    std::string_view target) {
  if (!option && !root) return {};
  const auto usual = fmt::format("known/{}.txt", target);
  const fs::path file = option ? fs::path{*option} : *root / usual;
  const auto text = read(file, option.has_value());
  if (!text) return {};
  // Its name goes into reports: no path of this machine.
  const auto name = option ? file.filename().string() : usual;
  auto known = oracle::parse_deviations(*text, name);
  if (known) return std::move(*known);
  return std::unexpected(fmt::format("{}: {}", known.error().place.print(), known.error().message));
}

}  // namespace harness::cli
