#pragma once

#include <cstddef>
#include <string>
#include <vector>

#include "harness/matrix/cell.h"

namespace harness::cli {

// The cells as a table for people: a line for each probe, a column for each state, in as many
// tables beside each other as `columns` needs. Pre: sorted by state, and by probe within a state.
std::string matrix_grid(const std::vector<matrix::Cell>& cells, std::size_t columns);

}  // namespace harness::cli
