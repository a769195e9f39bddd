#pragma once

#include <cstdint>
#include <span>
#include <string>

#include "reports/result.h"
#include "reports/run.h"

namespace reports {

// What the formats of other programs have room for: they know fewer verdicts than we do.
struct CaseName {
  std::string topic;  // "close"; of a file elsewhere "": it has no folder.
  std::string name;   // "simultaneous"; "simultaneous (v6) #2": over IPv6, and the second time.
};
CaseName case_name(const Result&);
// Of the n-th run, from 0, that was not made. `done`: those that were; a name is given once.
CaseName case_name(const NotRun&, std::uint32_t n, std::span<const Result> done);

// One line: the first finding that made the verdict, or the reason that was given for it.
std::string message(const Result&);

}  // namespace reports
