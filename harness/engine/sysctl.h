#pragma once

#include <string_view>

#include "harness/engine/config.h"

namespace harness::engine {

// Does the engine understand this assignment, "net.ipv4.tcp_syncookies=0"?
bool understands(std::string_view sysctl_assignment);

// Changes `config` as it says; false, and nothing is changed, when it is not understood.
bool apply(std::string_view sysctl_assignment, Config& config);

}  // namespace harness::engine
