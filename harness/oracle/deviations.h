#pragma once

#include <cstdint>
#include <expected>
#include <string>
#include <string_view>
#include <vector>

#include "harness/oracle/finding.h"

namespace harness::oracle {

// The leading numbers of a version: "6.1.0-18-amd64" is 6, 1, 0.
using Version = std::vector<std::uint32_t>;
Version parse_version(std::string_view);

// Both ends inclusive, and compared in as many numbers as each end gives: 6.18.5 is in 6.1..6.18.
struct VersionRange {
  Version first{}, last{};  // Without a number: open.

  bool holds(const Version&) const;
};

// One line of scenarios/known/<target>.txt: on this target this scenario breaks this requirement,
// and we know why.
struct Deviation {
  std::string scenario{};     // Its id: "close/simultaneous".
  std::string requirement{};  // Of harness/rules, or "*".
  std::string words{};        // These stand in what is said of it; empty: whatever is said.
  std::string reason{};
  VersionRange versions{};
  bool everything = false;  // Whatever fails, the model's findings too: not of this list.
  bool always = true;       // Or sometimes. What must occur and no longer does is stale.
  event::Place place{};
};

struct DeviationError {
  event::Place place{};
  std::string message{};  // A sentence.
};

// Reads the list:
//
//   scenario | requirement | reason | versions | always
//
// requirement: `MUST-13`, or `MUST-13: words` where only a finding with these words is meant.
// versions: `*`, `6.1` or `6.1..6.18`. The last column is `always` or `sometimes`. A line that
// begins with # is a comment; empty lines say nothing. `file` is its name in places.
std::expected<std::vector<Deviation>, DeviationError> parse_deviations(std::string_view text,
                                                                       std::string_view file);

// Turns each Fail that is listed into Known, and adds a Fail for each `always` that did not occur
// though it should have. A line excuses its requirement alone, in its words if it has some: a
// finding with several is known when each of them is listed. `*` excuses what a script wanted and
// what no requirement speaks of, but nothing that the model of the RFCs finds. Where a run was cut
// short or proved nothing, no listing is stale.
void apply(const std::vector<Deviation>&, std::vector<Finding>&, std::string_view scenario,
           std::string_view version);

}  // namespace harness::oracle
