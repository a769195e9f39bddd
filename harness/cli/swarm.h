#pragma once

#include "harness/cli/command.h"

namespace harness::cli {

// `lastack swarm`
Command swarm_command();

}  // namespace harness::cli
