#pragma once

#include <expected>
#include <string>
#include <string_view>

#include "harness/engine/config.h"

namespace harness::engine {

// The engine as a user writes it behind the target's name: "profile=minimal,defect=mss-ignored",
// in any order, each at most once; empty: the first profile, nothing broken. The error is a
// sentence that says what there is.
std::expected<Config, std::string> configured(std::string_view settings);

}  // namespace harness::engine
