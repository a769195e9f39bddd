#pragma once

#include <cstdint>
#include <string>
#include <string_view>

#include "harness/clock/instant.h"
#include "harness/event/record.h"
#include "harness/wire/ip_address.h"

namespace harness::model {

// One thing no reading of the RFCs allows, or a SHOULD that was not followed.
struct Violation {
  enum class Weight : std::uint8_t { Fail, NonStrict };
  Weight weight = Weight::Fail;
  std::string_view requirement{};           // Its id in harness/rules ...
  std::string_view section{};               // ... and where that stands: "RFC 9293, 3.10.7.4".
  std::string expected{}, found{};          // Phrases; their numbers count from the ISNs.
  std::string nearest{};                    // What would have been legal.
  std::uint32_t record = event::kNoRecord;  // Where it shows ...
  std::uint32_t cause = event::kNoRecord;   // ... and the record that brought the obligation about.
  clock::Instant at{};
  clock::Instant due =
      clock::kNever;  // By then it should have happened; kNever: that was not said.
  wire::FourTuple connection{};
};

// What is to come before `until`, unless something else happens.
struct Awaited {
  std::string_view what{};
  clock::Instant until{};
};

}  // namespace harness::model
