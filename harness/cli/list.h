#pragma once

#include "harness/cli/command.h"

namespace harness::cli {

// `lastack list`
Command list_command();

}  // namespace harness::cli
