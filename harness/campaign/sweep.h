#pragma once

#include <array>
#include <cstdint>
#include <functional>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "harness/campaign/run_scenario.h"
#include "harness/event/trace.h"
#include "harness/link/fault.h"
#include "harness/oracle/finding.h"
#include "harness/scenario/ir.h"
#include "harness/scenario/run_loop.h"
#include "harness/target/target.h"

namespace harness::campaign {

// The n-th datagram to enter the link in its direction, from 1.
struct Spot {
  event::Direction direction{};
  std::uint32_t nth = 0;
  friend bool operator==(const Spot&, const Spot&) = default;
};

// What a sweep does to a datagram, each in turn. The delay is longer than the RTO of a new
// connection (RFC 6298, 2.1: 1 s) and shorter than the first two together.
enum class Blow : std::uint8_t { Drop, Duplicate, Delay, Swap, Corrupt };
inline constexpr std::array kBlows = {Blow::Drop, Blow::Duplicate, Blow::Delay, Blow::Swap,
                                      Blow::Corrupt};
link::Fault aimed(Blow, const Spot&);

// One run of a scenario with some faults more than it has, judged to its very end.
struct Swept {
  std::vector<link::Fault> faults{};  // Beside the scenario's own.
  oracle::Verdict verdict{};
  std::string reason{};  // HarnessError: why. Else empty.
  std::vector<oracle::Finding> findings{};
  std::vector<Spot> spots{};   // What entered the link until the script was over, in that order.
  std::uint32_t segments = 0;  // Sent by either side, to the end.
  bool interrupted = false;
  std::vector<std::string> never_struck{};  // A sentence for each fault that hit nothing.
};

// Every fault on every packet of a scenario, and every pair of faults on two of them.
//
// The script's peer does as scripted, patiently (scenario::ScriptPeer::be_patient): the script's
// own expectations do not hold under faults, and are not judged. Behind its end time goes on until
// neither the target nor the link has anything to do, at most for kHorizon; judged is by the model
// of the RFCs, and by what must be true then (oracle::Ending).
//
// Packets are counted where they enter the link: in the run without faults for the first of a pair,
// in the run with the first fault for the second. So what the target sends again because of a first
// fault is a packet too, and the second falls on it. What is sent when the script is over is
// judged, but not aimed at.
class Sweep {
 public:
  // RFC 9293, 3.8.3: a connection fails after at least 100 s (SHLD-11), a SYN after 3 minutes
  // (MUST-23); 3.6.1: TIME-WAIT lasts 4 minutes; 3.8.4: keep-alives begin after two hours
  // (MUST-28) of an idle peer, or as the application says, which is at most 2^15 s on Linux. A day
  // is longer than all of them together.
  static constexpr clock::Duration kHorizon = std::chrono::hours{24};

  // The scenario outlives it. Needs a target on virtual time.
  Sweep(const scenario::Scenario&, target::Factory, const RunOptions&);

  // Why there is nothing to sweep: the target cannot do what the scenario needs.
  const std::optional<std::string>& refused() const { return refused_; }
  // The run without faults. Pre, as of all below: not refused.
  const Swept& clean() const { return clean_; }
  // How many single faults there are.
  std::uint32_t singles() const {
    return static_cast<std::uint32_t>(clean_.spots.size() * kBlows.size());
  }

  // With these faults.
  const Swept& play(std::span<const link::Fault>);
  // With a single fault, and with each pair that it is the first of; until `told` says no.
  struct Which {
    bool singles = true, pairs = true;
  };
  using Faults = std::span<const link::Fault>;
  // `before`: is told of the faults before each run.
  void from(std::uint32_t single, Which, const std::function<void(Faults)>& before,
            const std::function<bool(const Swept&)>& told);

  const event::Trace& trace() const { return trace_; }  // Of the last run.
  const std::string& version() const { return version_; }

 private:
  void once(std::span<const link::Fault>);

  const scenario::Scenario& scenario_;
  target::Factory make_;
  RunOptions options_;
  target::Host host_;
  std::string facts_, version_;
  std::optional<std::string> refused_;
  event::Trace trace_;
  std::uint32_t most_records_ = scenario::Limits{}.records;
  Swept clean_, swept_;
};

}  // namespace harness::campaign
