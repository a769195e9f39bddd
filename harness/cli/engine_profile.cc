#include "harness/cli/engine_profile.h"

#include <fmt/format.h>

#include <vector>

#include "harness/cli/nearest.h"
#include "harness/model/profile.h"

namespace harness::cli {

std::string with_profile(const std::string& target, const std::optional<std::string>& profile) {
  if (!profile) return target;
  return target + (target.contains(':') ? ',' : ':') + "profile=" + *profile;
}

std::string no_profile(const std::string& name) {
  std::vector<std::string> names;
  for (const auto& profile : model::profiles()) names.emplace_back(profile.name);
  return fmt::format("there is no profile `{}`{}", name, did_you_mean_or_all(name, names));
}

}  // namespace harness::cli
