#include "harness/target/netns/sysctl.h"

#include <fcntl.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <utility>

#include "harness/target/netns/file_descriptor.h"

namespace harness::target::netns {
namespace {

std::string_view trim(std::string_view text) {
  const auto first = text.find_first_not_of(" \t\n");
  if (first == text.npos) return {};
  return text.substr(first, text.find_last_not_of(" \t\n") - first + 1);
}

// "a.b = c" as "a.b" and "c".
std::pair<std::string_view, std::string_view> split(std::string_view setting) {
  const auto equals = setting.find('=');
  if (equals == setting.npos) return {trim(setting), {}};
  return {trim(setting.substr(0, equals)), trim(setting.substr(equals + 1))};
}

}  // namespace

std::string sysctl_path(std::string_view name) {
  const auto plain = [](char c) {
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '_' ||
           c == '-' || c == '.' || c == '/';
  };
  if (!std::ranges::all_of(name, plain)) return {};
  // sysctl(8): the first separator decides which character is the separator.
  std::string path{name};
  const auto separator = name.find_first_of("./");
  if (separator != name.npos && name[separator] == '.') {
    for (char& c : path) c = c == '.' ? '/' : c == '/' ? '.' : c;
  }
  const std::string bounded = "/" + path + "/";
  const bool strays = bounded.find("//") != std::string::npos ||
                      bounded.find("/./") != std::string::npos ||
                      bounded.find("/../") != std::string::npos;
  return path.starts_with("net/") && !strays ? "/proc/sys/" + path : std::string{};
}

int set_sysctl(std::string_view setting) {
  const auto [name, value] = split(setting);
  if (setting.find('=') == setting.npos || value.empty()) return EINVAL;
  const std::string path = sysctl_path(name);
  if (path.empty()) return EPERM;
  FileDescriptor file{::open(path.c_str(), O_WRONLY | O_CLOEXEC)};
  if (!file.open()) return errno;
  return ::write(file.get(), value.data(), value.size()) < 0 ? errno : 0;
}

int ensure_sysctl(std::string_view setting) {
  const auto [name, value] = split(setting);
  const std::string path = sysctl_path(name);
  FileDescriptor file{::open(path.c_str(), O_RDONLY | O_CLOEXEC)};
  if (!file.open()) return path.empty() ? EPERM : errno;
  char room[256];
  const auto length = ::read(file.get(), room, sizeof room);
  if (length > 0) {
    std::string now{room, static_cast<std::size_t>(length)};
    if (now.ends_with('\n')) now.pop_back();
    std::ranges::replace(now, '\t', ' ');
    if (now == value) return 0;
  }
  return set_sysctl(setting);
}

bool sysctl_writable(std::string_view setting) {
  const std::string path = sysctl_path(split(setting).first);
  return !path.empty() && ::access(path.c_str(), W_OK) == 0;
}

}  // namespace harness::target::netns
