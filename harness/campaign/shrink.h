#pragma once

#include <csignal>
#include <cstddef>
#include <functional>

#include "harness/scenario/ir.h"

namespace harness::campaign {

struct ShrinkLimits {
  std::size_t tries = 20'000;  // Asked so often at most whether it still fails.
  const volatile std::sig_atomic_t* stop = nullptr;  // The user asked for an end.
  bool end_alone = false;                            // Only what stands behind the failure may go.
};

struct Shrunk {
  scenario::Scenario scenario;
  std::size_t tries = 0;
  bool minimal = false;  // Without any one of its steps it does not fail; else the limit was met.
};

// The least of a script that still fails: steps are taken away, alone and many at once, and faults
// of the link; then what is left is made plain (shrink_edits.h), and all of it again until nothing
// more can be done. Pre: `fails(script)`.
Shrunk shrink(scenario::Scenario script,
              const std::function<bool(const scenario::Scenario&)>& fails, const ShrinkLimits&);

}  // namespace harness::campaign
