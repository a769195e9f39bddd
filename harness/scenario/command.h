#pragma once

#include <string>
#include <string_view>
#include <vector>

namespace harness::scenario {

// The settings a shell command makes when it does nothing but call sysctl: "net.ipv4.tcp_ecn=0",
// names with dots, in their order. Empty for every other command.
std::vector<std::string> sysctls_of(std::string_view command);

}  // namespace harness::scenario
