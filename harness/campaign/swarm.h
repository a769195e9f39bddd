#pragma once

#include <csignal>
#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "harness/campaign/swarm_peer.h"
#include "harness/campaign/swarm_plan.h"
#include "harness/event/trace.h"
#include "harness/link/fault.h"
#include "harness/link/score.h"
#include "harness/model/model.h"
#include "harness/oracle/finding.h"
#include "harness/target/target.h"

namespace harness::campaign {

struct SwarmOptions {
  std::uint64_t seed = 1;
  SwarmTaste taste{};
  const volatile std::sig_atomic_t* stop = nullptr;  // The user asked for an end.
  std::vector<link::Fault> faults{};                 // Of every link; empty: each draws its own.
  bool strict = false;                               // A SHOULD that is not followed fails.
};

// What came of one conversation.
struct Conversation {
  oracle::Verdict verdict{};
  std::string reason{};  // HarnessError and Inconclusive: why. Else empty.
  std::vector<oracle::Finding> findings{};
  std::uint32_t segments = 0;  // Sent by either side.
  std::uint32_t states = 0;    // See SwarmPeer::states().
  std::size_t width = 1;       // Of the model's frontier at most.
  bool interrupted = false;
  std::vector<link::Score> faults{};  // Of SwarmOptions: what each did.
};

// Random conversations with a target, judged by the model, the form of each segment and the
// integrity of both streams. The n-th is a function of the seed and n alone (on a real clock: what
// is tried is). What is allocated is kept from one to the next.
class Swarm {
 public:
  Swarm(target::Factory, const SwarmOptions&);

  // On a real clock one that fails is held twice more: what does not fail each time for the same
  // requirement is Inconclusive.
  const Conversation& hold(std::uint64_t index);

  // Of the last one held.
  const event::Trace& trace() const { return trace_; }
  const model::Model& model() const { return model_; }
  const SwarmPlan& plan() const { return plan_; }
  const std::string& version() const { return version_; }  // The target's.

 private:
  void once(std::uint64_t index);
  void once_in_earnest(std::uint64_t index);
  void judge();
  void write_start(std::uint64_t index, const target::Target&, const target::Host&);

  // What the first record of every conversation of one IP version says.
  struct World {
    std::string facts{};
    std::optional<model::Assumptions> assume{};
  };

  target::Factory make_;
  SwarmOptions options_;
  SwarmPlan plan_;
  SwarmPeer peer_;
  event::Trace trace_;
  model::Model model_;
  World v4_, v6_;
  std::string start_, version_;
  Conversation result_;
};

}  // namespace harness::campaign
