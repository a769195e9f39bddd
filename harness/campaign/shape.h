#pragma once

#include <string>
#include <string_view>

#include "harness/oracle/finding.h"

namespace harness::campaign {

// "expected ack 1001" and "expected ack 7" are one phrase, and so are "40 ms" and "1.5 s": numbers
// differ from run to run. Each becomes a #, and each time "# s".
std::string without_numbers(std::string_view);

// What is wrong, in words without numbers: by whom, for which requirement, expected and found; of a
// step of a script, however it is written. Two of one shape are taken for the same failure.
std::string shape_of(const oracle::Finding&);

}  // namespace harness::campaign
