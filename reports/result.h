#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "harness/link/score.h"
#include "harness/oracle/finding.h"
#include "harness/oracle/ledger.h"

namespace reports {

// All that is told about one scenario on one target, as plain data: it crosses from a worker to
// its parent, and every writer starts from it. Nothing of the wall clock is in it, and no path but
// that of a file of the user's, as it was given.
struct Result {
  std::string scenario;  // Its id: "close/simultaneous".
  std::string selector;  // What selects it again: its id, or of a file elsewhere its path as given.
  std::string title;
  std::vector<std::string> rules, claims;
  std::string target, version;  // "linux", "6.1.0".
  std::string wire;             // "raw", "tun"; empty where there is no choice.
  std::string ip;               // "v4", "mapped", "v6".
  std::uint64_t seed = 0;
  std::uint32_t repetition = 0;  // From 0.
  bool strict = false;
  std::string profile;  // Asked for; else empty.
  harness::oracle::Verdict verdict{};
  std::string reason;
  std::vector<harness::oracle::Finding> findings;
  harness::oracle::Ledger ledger;  // Which requirements were at stake, and what came of it.
  std::string extra_faults;        // Asked for beside the scenario's own, as printed; else empty.
  std::vector<harness::link::Score> faults;  // What each fault of the link did.
  std::vector<std::string> warnings;
  std::string ladder;   // For people: the segments with what went wrong among them.
  std::string awaited;  // What the model still waited for at the end, where it did not pass.
  std::string trace;    // The text form of the run's record.
  std::uint32_t segments = 0;
  std::int64_t span_ns = 0;    // Of the target's own time.
  std::int64_t played_ns = 0;  // The same, with the tries that came before.
};

}  // namespace reports
