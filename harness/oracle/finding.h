#pragma once

#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "harness/clock/instant.h"
#include "harness/event/expectation.h"
#include "harness/event/record.h"

namespace harness::oracle {

// What is said of one scenario on one target; of several, the worst counts.
enum class Verdict : std::uint8_t {
  Pass,
  NonStrict,     // A SHOULD was not followed, or the script itself is loose.
  Inconclusive,  // It could not be told: the tool was late, say.
  Known,         // Wrong, as listed.
  Fail,
  HarnessError,   // We could not judge.
  NotApplicable,  // Decided before a run, and never merged with the others.
};
inline constexpr std::size_t kVerdicts = 7;
std::string_view name(Verdict);  // "pass", "non-strict", "not-applicable" ...
std::optional<Verdict> verdict_named(std::string_view);

// Pre: neither is NotApplicable.
Verdict worse(Verdict, Verdict);

// One thing that is not as it should be.
struct Finding {
  std::string checker{};                    // Who says so.
  std::vector<std::string> requirements{};  // Ids of harness/rules; empty: none is concerned.
  std::uint32_t record = event::kNoRecord;  // Where in the trace it shows.
  Verdict verdict = Verdict::Fail;          // What it makes of the run.
  std::optional<event::Place> place{};      // Where a script or a list asks for it.
  std::string expected{}, actual{};         // Wanted and found, each a phrase.
  std::string text{};                       // Both as one sentence, for people.
  std::string legal{};                      // What would have been right and is nearest to it.
  std::uint32_t cause = event::kNoRecord;   // The record that made it an obligation ...
  clock::Instant due = clock::kNever;       // ... and by when it was to be met, if that was late.

  friend bool operator==(const Finding&, const Finding&) = default;
};

// Pass when there is none.
Verdict worst(std::span<const Finding>);

}  // namespace harness::oracle
