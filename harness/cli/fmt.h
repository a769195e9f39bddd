#pragma once

#include "harness/cli/command.h"

namespace harness::cli {

// `lastack fmt`
Command fmt_command();

}  // namespace harness::cli
