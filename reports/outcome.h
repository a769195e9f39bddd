#pragma once

#include <string>
#include <string_view>

#include "reports/result.h"

namespace reports {

// What the formats of other programs have room for: they know fewer verdicts than we do.
struct CaseName {
  std::string topic;  // "close"; of a file elsewhere "": it has no folder.
  std::string name;   // "simultaneous", "simultaneous #2" of the second time.
};
CaseName case_name(const Result&);
CaseName case_name(std::string_view scenario, std::uint32_t repetition);

// One line: the first finding that made the verdict, or the reason that was given for it.
std::string message(const Result&);

}  // namespace reports
