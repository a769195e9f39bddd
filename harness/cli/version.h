#pragma once

#include <string_view>

namespace harness::cli {

std::string_view version();  // "0.1.0"

}  // namespace harness::cli
