#include "harness/target/netns/name_space.h"

#include <fcntl.h>
#include <fmt/core.h>
#include <fmt/format.h>
#include <sched.h>
#include <unistd.h>

#include <cerrno>
#include <cstring>
#include <string>
#include <string_view>

#include "harness/base/system_error.h"
#include "harness/target/netns/file_descriptor.h"
#include "harness/target/netns/sysctl.h"

namespace harness::target::netns {
namespace {

struct Pin {
  std::string_view setting;
  bool required;  // Else left alone where this kernel does not know it.
};

constexpr Pin kPins[] = {
    {"net.ipv4.tcp_no_metrics_save=1", true},  // A connection learns nothing from one before it.
    {"net.ipv4.tcp_congestion_control=reno", false},
    // The kernel's own values (ip-sysctl, tcp_rmem and tcp_wmem); a namespace has its host's.
    {"net.ipv4.tcp_rmem=4096 131072 6291456", true},
    {"net.ipv4.tcp_wmem=4096 16384 4194304", true},
    // Since Linux 6.0 no limit is the kernel's own; before, hosts differ.
    {"net.ipv4.tcp_challenge_ack_limit=2147483647", false},
    // A new namespace inherits these from the host.
    {"net.ipv4.ip_forward=0", true},
    {"net.ipv4.conf.all.rp_filter=0", true},
    {"net.ipv4.conf.default.rp_filter=0", true},
    // No traffic of IPv6's own: nothing solicited, no wait for duplicates; and attach_host() keeps
    // the device without a link-local address.
    {"net.ipv6.conf.all.accept_dad=0", false},
    {"net.ipv6.conf.default.accept_dad=0", false},
    {"net.ipv6.conf.default.dad_transmits=0", false},
    {"net.ipv6.conf.default.autoconf=0", false},
    {"net.ipv6.conf.default.accept_ra=0", false},
    {"net.ipv6.conf.default.router_solicitations=0", false},
    {"net.ipv6.conf.all.disable_ipv6=0", false},
    {"net.ipv6.conf.default.disable_ipv6=0", false},
};

void write_file(const char* path, std::string_view text) {
  FileDescriptor file{::open(path, O_WRONLY | O_CLOEXEC)};
  if (!file.open() || ::write(file.get(), text.data(), text.size()) < 0) {
    throw base::SystemError{std::string{"write "} + path};
  }
}

}  // namespace

void enter_user_namespace() {
  const auto uid = ::geteuid();
  const auto gid = ::getegid();
  if (::unshare(CLONE_NEWUSER) != 0) throw base::SystemError{"make a user namespace"};
  // user_namespaces(7): an ordinary user may map groups only after giving up setgroups().
  write_file("/proc/self/setgroups", "deny");
  write_file("/proc/self/uid_map", fmt::format("0 {} 1", uid));
  write_file("/proc/self/gid_map", fmt::format("0 {} 1", gid));
}

void enter_fresh_network_namespace() {
  int result = ::unshare(CLONE_NEWNET);
  if (result != 0 && errno == EPERM) {
    enter_user_namespace();
    result = ::unshare(CLONE_NEWNET);
  }
  if (result != 0) throw base::SystemError{"make a network namespace"};
}

Pinned try_to_pin_settings() {
  Pinned pinned;
  for (const auto& pin : kPins) {
    ++pinned.count;
    if (ensure_sysctl(pin.setting) != 0) pinned.failed.emplace_back(pin.setting);
  }
  return pinned;
}

std::vector<std::string> pin_settings() {
  std::vector<std::string> failed;
  for (const auto& [setting, required] : kPins) {
    const int error = ensure_sysctl(setting);
    if (error == 0) continue;
    if (required) throw base::SystemError{fmt::format("set {}", setting), error};
    // Of a setting it has, ENOENT speaks of the value: it has no such congestion control.
    if (error == ENOENT && !sysctl_writable(setting)) continue;
    failed.push_back(fmt::format("{} ({})", setting, std::strerror(error)));
  }
  return failed;
}

}  // namespace harness::target::netns
