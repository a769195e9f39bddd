#pragma once

#include <cstddef>
#include <cstdint>
#include <expected>
#include <optional>
#include <string>
#include <string_view>
#include <variant>
#include <vector>

#include "harness/base/ratio.h"
#include "harness/clock/instant.h"
#include "harness/event/record.h"
#include "harness/wire/flags.h"

namespace harness::link {

inline constexpr base::Ratio kAlways{1, 1};

struct Drop {
  base::Ratio rate = kAlways;
  friend bool operator==(const Drop&, const Drop&) = default;
};
// By at least `least`, at most `most`, both inclusive; uniform between them. Jitter may reorder.
struct Delay {
  clock::Duration least{}, most{};
  friend bool operator==(const Delay&, const Delay&) = default;
};
// Held back until `behind` later datagrams of its direction have gone, or for `at_most`.
struct Reorder {
  base::Ratio rate = kAlways;
  std::uint32_t behind = 1;
  clock::Duration at_most = std::chrono::seconds{1};
  friend bool operator==(const Reorder&, const Reorder&) = default;
};
// A copy goes right behind the original.
struct Duplicate {
  base::Ratio rate = kAlways;
  friend bool operator==(const Duplicate&, const Duplicate&) = default;
};
// One bit behind the IP header is flipped, the checksum left as it was.
struct Corrupt {
  base::Ratio rate = kAlways;
  friend bool operator==(const Corrupt&, const Corrupt&) = default;
};

// Which datagrams a fault concerns; what is left open fits all.
struct Match {
  std::optional<event::Direction> direction{};
  wire::Flags set{}, clear{};     // Control bits that must and must not be there.
  std::optional<bool> payload{};  // With data, or without.
  std::uint32_t nth = 0;          // Only the n-th that fits the rest, from 1; 0: each.
  friend bool operator==(const Match&, const Match&) = default;
};

struct Fault {
  std::variant<Drop, Delay, Reorder, Duplicate, Corrupt> action;
  Match match{};
  friend bool operator==(const Fault&, const Fault&) = default;
};

// The notation in which scripts and people write faults:
//
//   faults := fault { ";" fault }
//   fault  := action { match }
//   action := "drop" [rate] | "loss" rate | "delay" time [".." time] | "duplicate" [rate]
//           | "reorder" [rate] ["behind" N] ["within" time] | "corrupt" [rate]
//   match  := "to-target" | "from-target" | "nth" N | "data" | "no-data" | bits
//   bits   := ["!"] bit { "+" ["!"] bit }     bit := SYN FIN RST PSH ACK URG ECE CWR AE
//   rate   := N "%" | N "/" N                 time := N ("s" | "ms" | "us")
struct FaultError {
  std::size_t column = 0;  // In the text, from 1.
  std::string message;     // A sentence.
};
std::expected<std::vector<Fault>, FaultError> parse_faults(std::string_view);
std::string print(const Fault&);  // parse_faults() reads it back.

}  // namespace harness::link
