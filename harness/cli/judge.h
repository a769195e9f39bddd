#pragma once

#include "harness/cli/command.h"

namespace harness::cli {

// `lastack judge`
Command judge_command();

}  // namespace harness::cli
