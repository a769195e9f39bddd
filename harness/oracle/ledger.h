#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

namespace harness::oracle {

// How often one requirement was at stake in a run, and what came of it. What neither held, was
// violated nor is open was at stake in a reading that did not come true.
struct Tally {
  std::string requirement{};  // Its id in harness/rules.
  std::uint32_t exercised = 0;
  std::uint32_t held = 0;
  std::uint32_t violated = 0;
  std::uint32_t open = 0;  // Owed when the trace ended.

  friend bool operator==(const Tally&, const Tally&) = default;
};

// What a run put to the test, in the order of the catalogue; requirements that were never at stake
// are not in it.
using Ledger = std::vector<Tally>;

// Its line for this requirement; null when it was not at stake.
const Tally* find(const Ledger&, std::string_view requirement);

// Adds the counts of one run to those of others.
void add(Ledger& sum, const Ledger& run);

}  // namespace harness::oracle
