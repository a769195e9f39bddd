#pragma once

#include <cstddef>

namespace harness::wire {

// How often operator new was called so far, in this program.
std::size_t allocations();

}  // namespace harness::wire
