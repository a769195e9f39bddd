#pragma once

#include "harness/cli/command.h"

namespace harness::cli {

// `lastack explain`
Command explain_command();

}  // namespace harness::cli
