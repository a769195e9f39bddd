#pragma once

#include <map>
#include <string>
#include <vector>

#include "harness/cli/suite.h"

namespace harness::cli {

// For each requirement and claim the scenarios that name it, in the order of the suite. Files that
// cannot be read name nothing.
using NamedBy = std::map<std::string, std::vector<const scenario::Scenario*>, std::less<>>;
NamedBy named_by(const Suite&);

}  // namespace harness::cli
