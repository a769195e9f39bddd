#pragma once

#include <map>
#include <string>
#include <vector>

#include "harness/cli/suite.h"

namespace harness::cli {

// For each requirement and claim the scenarios that name it, in the order of the suite. Files that
// cannot be read name nothing; tell_unreadable() is for those.
using NamedBy = std::map<std::string, std::vector<const scenario::Scenario*>, std::less<>>;
NamedBy named_by(const Suite&);

// Says on stderr what is wrong with each file of the suite that cannot be read. The exit status of
// a command that did without them: kSuccess if there was none, else kError.
int tell_unreadable(const Suite&);

}  // namespace harness::cli
