#include "harness/cli/version.h"

#ifndef LASTACK_VERSION
#error "LASTACK_VERSION is not defined: the build gives the project's version"
#endif

namespace harness::cli {

std::string_view version() { return LASTACK_VERSION; }

}  // namespace harness::cli
