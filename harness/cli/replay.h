#pragma once

#include "harness/cli/command.h"

namespace harness::cli {

// `lastack replay`
Command replay_command();

}  // namespace harness::cli
