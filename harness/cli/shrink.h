#pragma once

#include "harness/cli/command.h"

namespace harness::cli {

// `lastack shrink`
Command shrink_command();

}  // namespace harness::cli
