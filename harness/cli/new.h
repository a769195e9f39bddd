#pragma once

#include "harness/cli/command.h"

namespace harness::cli {

// `lastack new`
Command new_command();

}  // namespace harness::cli
