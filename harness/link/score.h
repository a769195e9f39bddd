#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "harness/link/link.h"

namespace harness::link {

// What a fault was asked to do, and did: plain data for reports.
struct Score {
  std::string fault;       // As print() has it.
  bool by_chance = false;  // Else it strikes whatever it can.
  double asked = 1;        // In the long run, of what it met.
  double spread = 1;       // See long_run().
  std::uint64_t met = 0, struck = 0;
  friend bool operator==(const Score&, const Score&) = default;
};
Score score(const Fault&, const Tally&);
std::vector<Score> scores(const Link&);
// Adds up what the same faults did in several runs.
void add(std::vector<Score>& sum, const std::vector<Score>& more);

// Where its true rate lies, 95 times in 100 (Wilson's interval; picks that hang together count for
// fewer, by their spread). All of 0 to 1 when it met nothing.
struct Interval {
  double low = 0, high = 1;
};
Interval interval(const Score&);

// "loss 5%: struck 12 of 300 it met, 4.00 % (95 %: 2.30 to 6.86), asked for 5.00 %"
std::string print(const Score&);

}  // namespace harness::link
