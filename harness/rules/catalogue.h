#pragma once

#include <cstdint>
#include <span>

#include "harness/rules/rule.h"

namespace harness::rules {

// The row numbers of catalogue() in the order of their ids: what find_rule() searches.
std::span<const std::uint16_t> catalogue_order();

}  // namespace harness::rules
