#pragma once

#include <string>
#include <string_view>

namespace harness::target::netns {

// The file behind a sysctl below net: "net.ipv4.tcp_sack" or "net/ipv4/tcp_sack" is
// /proc/sys/net/ipv4/tcp_sack. Empty for any other name: the rest of /proc/sys is the host's, while
// the kernel gives each network namespace its own net and keeps what is shared from being written.
std::string sysctl_path(std::string_view name);

// Carries out "net.ipv4.tcp_sack=0" in this process's network namespace. An errno, 0 for done:
// EPERM for a name that is not below net, EINVAL for what is no setting.
int set_sysctl(std::string_view setting);

// The same, but what has that value already is left alone: some settings wait, busily, for a lock
// of the whole host even so.
int ensure_sysctl(std::string_view setting);

// Whether that setting could be carried out here, its value aside.
bool sysctl_writable(std::string_view setting);

}  // namespace harness::target::netns
