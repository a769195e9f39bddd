#include "harness/cli/write_file.h"

#include <fcntl.h>
#include <fmt/format.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cerrno>
#include <cstdio>
#include <cstdlib>
#include <system_error>

#include "harness/cli/fd.h"

namespace harness::cli {

namespace fs = std::filesystem;

namespace {

constexpr mode_t kMode = 0666;  // Less the user's umask.

int write_all(int fd, std::string_view text) {
  while (!text.empty()) {
    const auto n = ::write(fd, text.data(), text.size());
    if (n < 0 && errno == EINTR) continue;
    if (n < 0) return errno;
    text.remove_prefix(static_cast<std::size_t>(n));
  }
  return 0;
}

int create(const fs::path& file, std::string_view text) {
  Fd fd{::open(file.c_str(), O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, kMode)};
  if (!fd) return errno;
  const int error = write_all(fd.get(), text);
  if (error != 0) ::unlink(file.c_str());
  return error;
}

// Beside the file itself, which a link may only point at, and with the permissions it has.
int replace(const fs::path& named, std::string_view text) {
  std::error_code unresolved;
  const auto resolved = fs::canonical(named, unresolved);
  const auto& file = unresolved ? named : resolved;
  std::string unfinished = file.string() + ".XXXXXX";
  Fd fd{::mkostemp(unfinished.data(), O_CLOEXEC)};
  if (!fd) return errno;
  int error = write_all(fd.get(), text);
  struct stat old{};
  if (error == 0 && ::stat(file.c_str(), &old) == 0 && ::fchmod(fd.get(), old.st_mode) != 0) {
    error = errno;
  }
  fd.reset();
  if (error == 0 && std::rename(unfinished.c_str(), file.c_str()) != 0) error = errno;
  if (error != 0) ::unlink(unfinished.c_str());
  return error;
}

}  // namespace

std::optional<std::string> write_file(const fs::path& file, std::string_view text, IfThere policy) {
  const int error = policy == IfThere::Refuse ? create(file, text) : replace(file, text);
  if (error == 0) return std::nullopt;
  return fmt::format("cannot write {}: {}", file.string(), std::generic_category().message(error));
}

}  // namespace harness::cli
