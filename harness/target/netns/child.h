#pragma once

#include <functional>
#include <optional>
#include <string>

namespace harness::target::netns {

// What `work` returned in a process of its own, which is gone then with all the namespaces it
// entered. Nothing: it was killed, or threw what it did not catch.
std::optional<std::string> in_child(const std::function<std::string()>& work);

}  // namespace harness::target::netns
