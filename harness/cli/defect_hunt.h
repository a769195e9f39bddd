#pragma once

#include <csignal>
#include <cstdint>
#include <optional>
#include <set>
#include <string>

#include "harness/cli/suite.h"
#include "harness/engine/defects.h"

namespace harness::cli {

// Where a defect showed first.
struct Kill {
  std::string where;           // "swarm/17", or a scenario's id.
  std::uint64_t segments = 0;  // That had passed until then; of a scenario, its own.

  friend bool operator==(const Kill&, const Kill&) = default;
};

// What came of hunting one defect.
struct Hunt {
  std::string defect, requirement, says;
  std::optional<Kill> by_swarm{}, by_suite{};  // By the requirement that it names.
  std::set<std::string> others{};              // Requirements that fail beside it, or instead.
  std::uint64_t conversations = 0, segments = 0;

  bool killed() const { return by_swarm || by_suite; }

  friend bool operator==(const Hunt&, const Hunt&) = default;
};

struct HuntLimits {
  std::uint64_t seed = 1;
  std::uint64_t conversations = 2000;
  const volatile std::sig_atomic_t* stop = nullptr;
};

// Holds conversations with the engine that has this defect until one shows it, and runs the suite.
// What the right engine is found guilty of in the same place does not count.
Hunt hunt(const engine::DefectInfo&, const Suite&, const HuntLimits&);

std::string to_json(const Hunt&);  // One line.
std::optional<Hunt> hunt_from(const std::string& json);

}  // namespace harness::cli
