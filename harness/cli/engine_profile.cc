#include "harness/cli/engine_profile.h"

namespace harness::cli {

std::string with_profile(const std::string& target, const std::optional<std::string>& profile) {
  if (!profile) return target;
  return target + (target.contains(':') ? ',' : ':') + "profile=" + *profile;
}

}  // namespace harness::cli
