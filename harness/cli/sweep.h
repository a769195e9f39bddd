#pragma once

#include "harness/cli/command.h"

namespace harness::cli {

// `lastack sweep`
Command sweep_command();

}  // namespace harness::cli
