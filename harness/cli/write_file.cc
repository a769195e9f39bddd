#include "harness/cli/write_file.h"

#include <fcntl.h>
#include <fmt/format.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cerrno>
#include <cstdio>
#include <system_error>

#include "harness/base/write_all.h"
#include "harness/cli/fd.h"

namespace harness::cli {

namespace fs = std::filesystem;

namespace {

int create(const fs::path& file, std::string_view text) {
  Fd fd{::open(file.c_str(), O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, kFileMode)};
  if (!fd) return errno;
  const int error = base::write_all(fd.get(), text);
  if (error != 0) ::unlink(file.c_str());
  return error;
}

// A pipe, a terminal, /dev/stdout: nothing can take its place.
int write_into(const fs::path& file, std::string_view text) {
  Fd fd{::open(file.c_str(), O_WRONLY | O_CLOEXEC)};
  return fd ? base::write_all(fd.get(), text) : errno;
}

// Beside the file itself, which a link may only point at, and with the permissions it has.
int replace(const fs::path& named, std::string_view text) {
  std::error_code unresolved;
  if (fs::exists(named, unresolved) && !fs::is_regular_file(named, unresolved)) {
    return write_into(named, text);
  }
  const auto resolved = fs::canonical(named, unresolved);
  const auto& file = unresolved ? named : resolved;
  const std::string unfinished = fmt::format("{}.{}.tmp", file.string(), ::getpid());
  Fd fd{::open(unfinished.c_str(), O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, kFileMode)};
  if (!fd) return errno;
  int error = base::write_all(fd.get(), text);
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

std::string cannot_write(const fs::path& file, int error) {
  return fmt::format("cannot write {}: {}", file.string(), std::generic_category().message(error));
}

std::optional<std::string> write_file(const fs::path& file, std::string_view text, IfThere policy) {
  if (policy == IfThere::Replace && file.has_parent_path()) {
    std::error_code made;
    fs::create_directories(file.parent_path(), made);
    if (made) return cannot_write(file.parent_path(), made.value());
  }
  const int error = policy == IfThere::Refuse ? create(file, text) : replace(file, text);
  if (error == 0) return std::nullopt;
  return cannot_write(file, error);
}

}  // namespace harness::cli
