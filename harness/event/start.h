#pragma once

#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "harness/event/trace.h"

namespace harness::event {

// What is known of a run before it begins, by name: target and its version, seed, addresses, what
// the target can, the faults of the link, the rules the scenario names. Who judges a trace, now or
// later, takes such facts from here only.
class Start {
 public:
  void set(std::string_view key,
           std::string_view value);                  // No '=' in a key, no line end in either.
  std::string_view get(std::string_view key) const;  // Empty when it is not there.
  const std::vector<std::pair<std::string, std::string>>& facts() const { return facts_; }

 private:
  std::vector<std::pair<std::string, std::string>> facts_;  // In the order they were set.
};

// Whether nobody knows what the application asked, and what it was told: what was seen is the wire.
bool calls_unknown(const Start&);
void set_calls_unknown(Start&);

std::uint32_t append(Trace&, clock::Instant at, const Start&);
Start start_of(const Trace&);  // Of its first record; no facts when that is no Start.

}  // namespace harness::event
