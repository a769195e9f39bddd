#pragma once

#include <string>

#include "harness/cli/command.h"

namespace harness::cli {

// The manual page in the language of man(7), from the commands' own options.
std::string manual_page();
// What bash completes behind `lastack`, from the same.
std::string bash_completion();

// `lastack man`, `lastack completion`
Command man_command();
Command completion_command();

}  // namespace harness::cli
