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
#include "harness/event/status.h"
#include "harness/wire/flags.h"

namespace harness::link {

inline constexpr base::Ratio kAlways{1, 1}, kNever{0, 1};

struct Drop {
  base::Ratio rate = kAlways;
  friend bool operator==(const Drop&, const Drop&) = default;
};

enum class Shape : std::uint8_t { Uniform, Normal, Pareto, ParetoNormal };
// Uniform: by at least `least`, at most `most`, both inclusive. The others lie about the middle,
// and half the way from end to end is one standard deviation; see distribution.h. What comes out
// below 0 is 0.
struct Delay {
  clock::Duration least{}, most{};
  Shape shape = Shape::Uniform;
  base::Ratio correlation = kNever;  // How often one waits as long as the one before.
  bool in_order = false;             // None overtakes another of its direction.
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

// The parts of a TCP segment, one bit each.
namespace field {
inline constexpr std::uint16_t kPorts = 1, kSeq = 2, kAck = 4, kOffset = 8, kFlags = 16,
                               kWindow = 32, kChecksum = 64, kUrgent = 128, kOptions = 256,
                               kPayload = 512;
}
// Bits are flipped. A datagram that has none of the fields stays as it is.
struct Corrupt {
  base::Ratio rate = kAlways;
  std::uint16_t fields = 0;  // Of field::; 0: anywhere behind the IP header.
  std::uint32_t bits = 1;    // So many different ones, 1 to 64.
  bool repaired = false;     // The TCP checksum is made right again, else left as it was.
  friend bool operator==(const Corrupt&, const Corrupt&) = default;
};

// The end is missing. The length in the IP header says what it said, unless it is repaired.
struct Truncate {
  base::Ratio rate = kAlways;
  std::optional<std::uint32_t>
      at{};               // So many octets are left; else by chance, the IP header stays.
  bool repaired = false;  // Length and checksums are made right again.
  friend bool operator==(const Truncate&, const Truncate&) = default;
};

// A wire that takes its time, one for each direction. What finds `queue` datagrams waiting or on
// the wire is lost; 0: there is room for all.
struct Bandwidth {
  std::uint64_t bits_per_second = 0;
  std::uint32_t queue = 0;
  friend bool operator==(const Bandwidth&, const Bandwidth&) = default;
};

// What is larger is lost; a target that sent it is told by ICMP if `icmp` (RFC 1191, 3; RFC 4443,
// 3.2). A peer knows what it did.
struct Mtu {
  std::uint32_t octets = 0;  // Of the datagram.
  bool icmp = false;
  friend bool operator==(const Mtu&, const Mtu&) = default;
};

using Action = std::variant<Drop, Delay, Reorder, Duplicate, Corrupt, Truncate, Bandwidth, Mtu>;

// How a fault picks from the datagrams it concerns; pattern.h has what comes of it.
struct Independent {  // Each for itself, at the fault's rate.
  friend bool operator==(const Independent&, const Independent&) = default;
};
struct Correlated {  // So often as the one before; else at the fault's rate.
  base::Ratio correlation;
  friend bool operator==(const Correlated&, const Correlated&) = default;
};
// 1 good, 2 good within a burst, 3 and 4 struck; 4 is left at once. From 1: p13, p14. From 2: p23.
// From 3: p31, p32.
struct Markov {
  base::Ratio p13, p31, p32, p23, p14;
  friend bool operator==(const Markov&, const Markov&) = default;
};
// From good to bad, from bad to good, and how often it strikes in bad and in good.
struct GilbertElliott {
  base::Ratio p, r, in_bad, in_good;
  friend bool operator==(const GilbertElliott&, const GilbertElliott&) = default;
};
struct Every {  // The n-th, the 2n-th ..., each at the fault's rate.
  std::uint32_t n = 1;
  friend bool operator==(const Every&, const Every&) = default;
};
struct Burst {  // So many in a row, which begin at the fault's rate.
  std::uint32_t length = 1;
  friend bool operator==(const Burst&, const Burst&) = default;
};
using Pattern = std::variant<Independent, Correlated, Markov, GilbertElliott, Every, Burst>;

struct Range {  // Both ends belong to it.
  std::uint32_t first = 0, last = 0;
  friend bool operator==(const Range&, const Range&) = default;
};

enum class Phase : std::uint8_t { Until, While, Since };
// Where the connection stands at the target: it has not been in `state` yet, is, or has been.
struct StateMatch {
  Phase phase{};
  event::TcpState state = event::TcpState::Established;
  friend bool operator==(const StateMatch&, const StateMatch&) = default;
};

// Which datagrams a fault concerns; what is left open fits all.
struct Match {
  std::optional<event::Direction> direction{};
  wire::Flags set{}, clear{};     // Control bits that must and must not be there.
  std::optional<bool> payload{};  // With data, or without.
  std::uint32_t nth = 0;          // Only the n-th that fits the rest, from 1; 0: each.
  std::uint32_t nth_last = 0;     // 0: that one; else from the n-th to this one.
  std::optional<Range> length{};  // Octets of data.
  std::string contains{};         // Octets that are somewhere in the data.
  // Sequence numbers, counted from the initial one of the sender: its SYN is 0. Fits if the segment
  // has one of them, or, when it is empty, stands at one.
  std::optional<Range> seq{};
  // k: what the segment carries was sent k times before. Of a match that asks for FIN: the FIN;
  // else its first octet or SYN.
  std::uint32_t retransmission = 0;
  clock::Duration from{}, to = clock::Duration::max();  // Since the start of the run, less than to.
  std::optional<StateMatch> state{};
  friend bool operator==(const Match&, const Match&) = default;
};

struct Fault {
  Action action;
  Match match{};
  Pattern pattern{};
  // Faults that are alike roll dice of their own: the first has 0, the second 1. The parser counts
  // them, so that what is left of a list goes on as it did.
  std::uint32_t dice = 0;
  friend bool operator==(const Fault&, const Fault&) = default;
};

inline constexpr std::size_t kFaultsMax = 64;  // As many as a link takes.

// One list behind the other; faults that are alike keep apart by their dice.
std::vector<Fault> joined(std::vector<Fault>, const std::vector<Fault>&);
// Whether it makes sense: rates at most 1, a delay not below 0 on average, counts above 0 ...
bool sound(const Fault&);
// Its rate, or kAlways for an action without one.
base::Ratio rate_of(const Action&);
// Whether it is up to the dice whether it strikes.
bool by_chance(const Fault&);

// The notation in which scripts and people write faults; scenarios/README.md explains it. Where
// several parts follow they may come in any order.
//
//   faults   := fault { ";" fault }
//   fault    := action { part | match }
//   action   := ("drop" | "duplicate" | "reorder" | "corrupt" | "truncate") [choice]
//             | "loss" choice | ("blackhole" | "partition") | "delay" delay
//             | "rate" N ("bit" | "kbit" | "mbit" | "gbit") | "mtu" N
//   choice   := rate [rate] | "random" rate [rate] | "gemodel" rate [rate [rate [rate]]]
//             | "state" rate [rate [rate [rate [rate]]]]
//   delay    := time [".." time] | time ("±" | "+-" | "") time [rate]
//   part     := "correlation" rate | "every" N | "gap" N | "burst" N            (of a choice)
//             | ["distribution"] ("uniform" | "normal" | "pareto" | "paretonormal") | "in-order"
//             | "behind" N | "within" time                                      (of reorder)
//             | name { "|" name } | "bits" N | "at" N | "checksum" ("left" | "repaired")
//             | "queue" N | "icmp"
//   match    := "to-target" | "from-target" | "nth" range | "data" | "no-data" | bits
//             | "length" range | "payload" text | "seq" range | "retransmission" N
//             | "from" time | "to" time | ("until" | "while" | "since") STATE | "dice" N
//   bits     := ["!"] bit { "+" ["!"] bit }   bit := SYN FIN RST PSH ACK URG ECE CWR AE
//   name     := ports seq ack offset flags window checksum urgent options payload
//   rate     := N "%" | N "/" N               time := N ("s" | "ms" | "us")
//   range    := N [".." N]                    text := '"' { octet | \" \\ \n \r \t \xHH } '"'
struct FaultError {
  std::size_t column = 0;  // In the text, from 1, in octets.
  std::string message;     // A sentence.
};
std::expected<std::vector<Fault>, FaultError> parse_faults(std::string_view);
std::string print(const Fault&);  // ASCII. parse_faults() reads it back.
std::string print(const std::vector<Fault>&);

}  // namespace harness::link
