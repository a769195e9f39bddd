#pragma once

#include "harness/cli/command.h"

namespace harness::cli {

// `lastack run`
Command run_command();

}  // namespace harness::cli
