#pragma once

#include <csignal>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "harness/campaign/family.h"
#include "harness/event/start.h"
#include "harness/event/trace.h"
#include "harness/link/fault.h"
#include "harness/link/score.h"
#include "harness/oracle/finding.h"
#include "harness/oracle/ledger.h"
#include "harness/scenario/ir.h"
#include "harness/scenario/run_loop.h"
#include "harness/target/target.h"

namespace harness::campaign {

struct RunOptions {
  std::uint64_t seed = 1;
  Family ip = Family::V4;  // For scenarios that do not say.
  bool strict = false;     // Warnings about the script are findings.
  std::string profile{};   // Of harness/model; empty: that of the target's own name, or "rfc".
  std::uint32_t records = scenario::Limits{}.records;  // More is a storm.
  const volatile std::sig_atomic_t* stop = nullptr;    // The user asked for an end.
  std::vector<link::Fault> faults{};                   // Of the link, behind the scenario's own.
};

struct Outcome {
  oracle::Verdict verdict{};
  clock::Duration played{};  // Of the target's own time, all tries together.
  std::string reason{};      // NotApplicable, HarnessError: why. Else empty.
  std::vector<oracle::Finding> findings{};
  oracle::Ledger ledger{};              // What was put to the test.
  std::vector<link::Score> faults{};    // Of the link: what each did.
  std::vector<std::string> warnings{};  // About the scenario itself: a fault that never struck ...
  bool interrupted = false;  // By the user, before it was known what to say: it was not run.
};

// Why this scenario cannot be run on this target, or nothing. Decided before a run.
std::optional<std::string> not_applicable(const scenario::Scenario&, const target::Target&,
                                          const RunOptions&);

// The faults of its link.
std::vector<link::Fault> faults_of(const scenario::Scenario&, const RunOptions&);
// The host that a scenario's target is to be.
target::Host host_for(const scenario::Scenario&, const RunOptions&);
// What is known of a run before it begins: its first record.
event::Start facts(const scenario::Scenario&, const target::Target&, const target::Host&,
                   const RunOptions&);

// Plays one scenario on a fresh target and judges it. On a real clock it is played again, up to
// three times, when we were late, and when it failed: each failure that does not repeat three times
// is Inconclusive; a repetition in which we were late is tried as often itself, and one that cannot
// be made is a HarnessError. `trace` is cleared, and holds the record of the run afterwards,
// whatever the verdict. A target that cannot be made, or that fails on the way, is a HarnessError
// with the system's own sentence.
Outcome run_scenario(const scenario::Scenario&, const target::Factory&, const RunOptions&,
                     event::Trace& trace);

}  // namespace harness::campaign
