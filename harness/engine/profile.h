#pragma once

#include <optional>
#include <span>
#include <string_view>

#include "harness/engine/config.h"

namespace harness::engine {

// A host of a certain kind: a choice for everything that the RFCs leave open.
struct Profile {
  std::string_view name;  // "rfc"
  std::string_view says;  // One line for people.
  Config (*config)();     // Without addresses.
};

// All there are; the first is the default.
std::span<const Profile> profiles();
// Nothing: there is no such profile.
std::optional<Config> profile_named(std::string_view);

}  // namespace harness::engine
