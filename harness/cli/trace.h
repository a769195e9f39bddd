#pragma once

#include "harness/cli/command.h"

namespace harness::cli {

// lastack trace FILE: a capture as the record of a run.
Command trace_command();

}  // namespace harness::cli
