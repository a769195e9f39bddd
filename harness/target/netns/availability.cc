#include "harness/target/netns/availability.h"

#include <fcntl.h>
#include <fmt/core.h>
#include <fmt/format.h>
#include <unistd.h>

#include <cerrno>
#include <cstring>
#include <system_error>

#include "harness/target/netns/child.h"
#include "harness/target/netns/file_descriptor.h"
#include "harness/target/netns/name_space.h"
#include "harness/target/netns/sandbox.h"
#include "harness/target/netns/tun_wire.h"

namespace harness::target::netns {
namespace {

std::string tun_missing(int error) {
  const auto why = std::strerror(error);
  if (error == ENOENT) {
    return fmt::format(
        "{} is missing: load the module with `modprobe tun` as root, or start the "
        "container with --device {}.",
        kTunPath, kTunPath);
  }
  if (error == EACCES || error == EPERM) {
    return fmt::format(
        "{} may not be opened ({}): run as root, or allow this user with "
        "`chmod 0666 {}` as root.",
        kTunPath, why, kTunPath);
  }
  return fmt::format("{} cannot be opened ({}): load the module with `modprobe tun` as root.",
                     kTunPath, why);
}

std::string namespace_missing(const std::system_error& error) {
  return fmt::format(
      "The namespaces of a run cannot be made ({}): run as root, or allow user namespaces with "
      "`sysctl user.max_user_namespaces=10000 user.max_net_namespaces=10000 "
      "user.max_pid_namespaces=10000 user.max_mnt_namespaces=10000` (on some systems also "
      "kernel.unprivileged_userns_clone=1 or kernel.apparmor_restrict_unprivileged_userns=0); a "
      "container needs --privileged.",
      error.what());
}

std::string raw_missing(const std::system_error& error) {
  return fmt::format(
      "A pair of virtual Ethernet devices with a packet socket cannot be made ({}): load the "
      "modules with `modprobe -a veth af_packet` as root, or use --wire tun.",
      error.what());
}

// In the child: what is missing; empty when nothing is.
std::string missing(WireKind kind) {
  if (kind == WireKind::Tun) {
    const FileDescriptor tun{::open(kTunPath, O_RDWR | O_CLOEXEC)};
    if (!tun.open()) return tun_missing(errno);
  }
  try {
    const auto done = Sandbox{}.run([] { return std::string{}; });
    if (!done) return fmt::format("A process in namespaces of its own {}.", done.error());
    enter_fresh_network_namespace();
  } catch (const std::system_error& error) {
    return namespace_missing(error);
  }
  if (kind == WireKind::Tun) return {};
  try {
    lay_wire(kind, {.local = wire::IpAddress::v4(0xC000'0201),
                    .remote = wire::IpAddress::v4(0xC633'6401)});
  } catch (const std::system_error& error) {
    return raw_missing(error);
  }
  return {};
}

}  // namespace

Availability available(WireKind kind) {
  const auto why_not = in_child([kind] { return missing(kind); });
  if (!why_not)
    return {.ok = false, .why_not = "The attempt to make a network namespace was killed."};
  return {.ok = why_not->empty(), .why_not = *why_not};
}

}  // namespace harness::target::netns
