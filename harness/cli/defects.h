#pragma once

#include "harness/cli/command.h"

namespace harness::cli {

// `lastack defects`
Command defects_command();

}  // namespace harness::cli
