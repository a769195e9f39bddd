#pragma once

#include <cstdint>
#include <span>

#include "harness/rules/claim.h"

namespace harness::rules {

// The row numbers of claims() in the order of their ids: what find_claim() searches.
std::span<const std::uint16_t> claims_order();

}  // namespace harness::rules
