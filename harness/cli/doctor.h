#pragma once

#include "harness/cli/command.h"

namespace harness::cli {

// `lastack doctor`
Command doctor_command();

}  // namespace harness::cli
