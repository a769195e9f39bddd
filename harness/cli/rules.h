#pragma once

#include "harness/cli/command.h"

namespace harness::cli {

// `lastack rules`
Command rules_command();

}  // namespace harness::cli
