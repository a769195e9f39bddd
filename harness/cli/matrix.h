#pragma once

#include "harness/cli/command.h"

namespace harness::cli {

// `lastack matrix`
Command matrix_command();

}  // namespace harness::cli
