#include "harness/cli/read_file.h"

#include <fcntl.h>
#include <unistd.h>

#include <array>
#include <cerrno>

#include "harness/base/system_error.h"
#include "harness/cli/fd.h"

namespace harness::cli {

std::optional<std::string> read_file_if_there(const std::filesystem::path& file) {
  const Fd fd{::open(file.c_str(), O_RDONLY | O_CLOEXEC)};
  if (!fd) {
    if (errno == ENOENT) return std::nullopt;
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

std::string read_file(const std::filesystem::path& file) {
  auto text = read_file_if_there(file);
  if (!text) throw base::SystemError{"read " + file.string(), ENOENT};
  return std::move(*text);
}

}  // namespace harness::cli
