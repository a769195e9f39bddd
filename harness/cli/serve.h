#pragma once

#include "harness/cli/command.h"

namespace harness::cli {

// `lastack serve`
Command serve_command();

}  // namespace harness::cli
